import { FleetClientError, toClientError } from "./client-error.ts";

/** What every call takes. */
export interface CallOptions {
  /** Ends the wait. What was asked may still happen. */
  readonly signal?: AbortSignal | undefined;
}

/** How a call is made; see {@link Repetition}. */
export interface RequestOptions {
  readonly context: { readonly repeatable: boolean };
  readonly signal?: AbortSignal;
}

/** Whether a call that had no reply may be sent again: when asking twice is the same as asking once. */
export type Repetition = "repeatable" | "once";

/**
 * Runs a request and puts its errors into the fleet's words. It ends with its signal, also while
 * it waits to be repeated or shares a batch with others.
 *
 * @throws {FleetClientError}
 */
export async function call<Result>(
  request: (options: RequestOptions) => Promise<Result>,
  { signal }: CallOptions,
  repetition: Repetition,
): Promise<Result> {
  if (signal?.aborted) throw aborted(signal);
  const options = { context: { repeatable: repetition === "repeatable" }, ...(signal && { signal }) };
  const running = request(options).catch((error: unknown) => {
    throw signal?.aborted ? aborted(signal) : toClientError(error);
  });
  return signal === undefined ? running : Promise.race([running, untilAborted(signal, running)]);
}

/** Rejects when the signal ends, and stops to listen when the work has. */
function untilAborted(signal: AbortSignal, work: Promise<unknown>): Promise<never> {
  return new Promise((_, reject) => {
    const onAbort = () => reject(aborted(signal));
    const stop = () => signal.removeEventListener("abort", onAbort);
    signal.addEventListener("abort", onAbort, { once: true });
    work.then(stop, stop);
  });
}

/** That the caller's signal ended a wait. */
export function aborted(signal: AbortSignal): FleetClientError {
  return new FleetClientError("ABORTED", "The call was aborted by its signal.", { cause: signal.reason });
}

/** Lets a request that may take long travel alone: it must not hold up others in its batch. */
export function alone<Request extends RequestOptions>(request: Request): Request {
  return { ...request, context: { ...request.context, alone: true } };
}
