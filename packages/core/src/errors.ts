/** Everything that can go wrong, by name. Each wire maps these to its own words in one table. */
export const errorCodes = [
  "INVALID_INPUT",
  "JOB_NOT_FOUND",
  "JOB_ALREADY_EXISTS",
  "JOB_ACTIVE",
  "JOB_LEASED",
  "LEASE_LOST",
  "INVALID_TRANSITION",
  "VERSION_MISMATCH",
  "IDEMPOTENCY_CONFLICT",
  "PROMPT_NOT_FOUND",
  "NO_OPEN_PROMPT",
  "SEVERAL_OPEN_PROMPTS",
  "PROMPT_ALREADY_ANSWERED",
  "PROMPT_CHANGED",
  "PROMPT_EXPIRED",
  "PROMPT_CLOSED",
  "STORE_UNAVAILABLE",
  "INTERNAL",
] as const;

/**
 * The name of a failure.
 *
 * - `INVALID_INPUT`: a value cannot be stored or is out of range; `details.errors` has the paths.
 * - `JOB_NOT_FOUND`: no job has this id (an id that is not a UUID never has one).
 * - `JOB_ALREADY_EXISTS`: a job with the id that the caller chose exists already.
 * - `JOB_ACTIVE`: a running or waiting job cannot be deleted; cancel it first.
 * - `JOB_LEASED`: a worker has the job, and only it may ask something now; `details.workerId` names it.
 * - `LEASE_LOST`: the writer does not have the job any more, or never had it: its run is not the current one. Nothing has changed.
 * - `INVALID_TRANSITION`: the transition table forbids the move; `details.allowed` has what it allows.
 * - `VERSION_MISMATCH`: the job changed since the caller read it; `details.version` is the current one.
 * - `IDEMPOTENCY_CONFLICT`: the key (or the id of a prompt) was used before with a different request.
 * - `PROMPT_NOT_FOUND`: no prompt has this id.
 * - `NO_OPEN_PROMPT`: the job waits for nobody.
 * - `SEVERAL_OPEN_PROMPTS`: the job has more than one open prompt; `details.promptIds` lists them.
 * - `PROMPT_ALREADY_ANSWERED`: another response won; `details.winner` is that response.
 * - `PROMPT_CHANGED`: the prompt shows something else than what the digest stands for; `details.prompt` is the current one.
 * - `PROMPT_EXPIRED`: the deadline has passed, whatever the response.
 * - `PROMPT_CLOSED`: the prompt was withdrawn, or its job ended; `details.promptStatus` says which.
 * - `STORE_UNAVAILABLE`: the database could not be reached. A write may have happened all the same: repeating it is harmless with an
 *   id, an idempotency key or `ifVersion`.
 * - `INTERNAL`: a fault of the fleet itself; the cause is for the log, never for a caller.
 */
export type ErrorCode = (typeof errorCodes)[number];

/** Where in the caller's input a problem is, and what it is. `path` is empty for the input as a whole. */
export interface InputProblem {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

export interface FleetErrorOptions {
  /** The job that it happened to. */
  readonly jobId?: string | undefined;
  /** Facts that a program can act on; safe to show to the caller. */
  readonly details?: Readonly<Record<string, unknown>> | undefined;
  /** What caused it; for the log only. */
  readonly cause?: unknown;
}

/** The one error that the fleet throws: `code` for programs, `message` for people. */
export class FleetError extends Error {
  override readonly name = "FleetError";
  readonly code: ErrorCode;
  readonly jobId: string | undefined;
  readonly details: Readonly<Record<string, unknown>> | undefined;

  constructor(code: ErrorCode, message: string, options: FleetErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.jobId = options.jobId;
    this.details = options.details;
  }

  /**
   * Whether a value is a `FleetError`, and has the code if one is asked for; also one of another copy of this
   * package (`instanceof` would miss it).
   */
  static is(value: unknown, code?: ErrorCode): value is FleetError {
    return value instanceof Error && value.name === "FleetError" && "code" in value && (code === undefined || value.code === code);
  }
}

/** What an error says. Node reports a refused connection to a name with several addresses as an error without a message. */
export function reasonOf(error: Error): string {
  return error.message || ("code" in error ? String(error.code) : error.name);
}

/** How many problems an error lists: a large input can have one in every byte, and the reply would be larger still. */
export const maxProblems = 100;

/** An `INVALID_INPUT` error that lists every problem, up to {@link maxProblems}. */
export function invalidInput(problems: readonly InputProblem[], jobId?: string): FleetError {
  const errors = problems.slice(0, maxProblems);
  const text = errors.map(({ path, message }) => (path.length === 0 ? message : `${path.join(".")}: ${message}`)).join("; ");
  return new FleetError("INVALID_INPUT", text, { jobId, details: { errors } });
}

/** The same error about an input that is a part of a larger one; any other error as it is. */
export function within(path: readonly (string | number)[], error: unknown): unknown {
  if (!FleetError.is(error, "INVALID_INPUT")) return error;
  const problems = (error.details?.["errors"] ?? []) as readonly InputProblem[];
  return invalidInput(
    problems.map((problem) => ({ ...problem, path: [...path, ...problem.path] })),
    error.jobId,
  );
}
