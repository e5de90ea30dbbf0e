/** Thrown by a handler whose failure no further attempt can repair: the job fails at once. */
export class NonRetryableError extends Error {
  override readonly name: string = "NonRetryableError";
}

/** Thrown by a handler whose job somebody wants to stop, for example by an answer: the job ends as `cancelled`. */
export class CancelJobError extends NonRetryableError {
  override readonly name = "CancelJobError";
}

/** Thrown by a handler that knows when another attempt makes sense, for example from a rate limit's reply. */
export class RetryAfterError extends Error {
  override readonly name = "RetryAfterError";
  /** How long to wait from now on. */
  readonly retryAfterMs: number;

  constructor(message: string, retryAfterMs: number, options?: ErrorOptions) {
    super(message, options);
    this.retryAfterMs = retryAfterMs;
  }
}

/** What `ask` throws when whoever may do so has withdrawn the question. Unless the handler catches it, the job fails. */
export class PromptWithdrawnError extends NonRetryableError {
  override readonly name = "PromptWithdrawnError";
}

/**
 * The reason of a handler's signal when its worker does not have the job any more: another worker may have
 * it by now, or the job was moved by hand. Whatever the handler still writes is refused.
 */
export class LeaseLostError extends Error {
  override readonly name: string = "LeaseLostError";
}

/** The reason of a handler's signal when its job was cancelled. */
export class JobCancelledError extends LeaseLostError {
  override readonly name = "JobCancelledError";
}

/** The reason of a handler's signal when its attempt has had its time. */
export class AttemptTimeoutError extends Error {
  override readonly name = "AttemptTimeoutError";
}

/** The reason of a handler's signal when its worker stops: the job goes back to the queue, and that costs no attempt. */
export class WorkerStoppingError extends Error {
  override readonly name = "WorkerStoppingError";
}

/** The code of an error of the fleet, in process or remote; undefined for any other. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}

/** Whether an error of the fleet says that it refuses what it was given: it would refuse that the next time, too. */
export function isRefusal(error: unknown): error is Error {
  return codeOf(error) === "INVALID_INPUT" || (error instanceof Error && "status" in error && error.status === 413);
}

/** Whether the fleet cannot be reached now, so that the same call may succeed later. */
export function isTransient(error: unknown): boolean {
  const retryable = error instanceof Error && "retryable" in error && error.retryable === true;
  return retryable || codeOf(error) === "STORE_UNAVAILABLE";
}
