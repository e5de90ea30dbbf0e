import { FleetError } from "@skill-fleet/core";
import { NonRetryableError, RetryAfterError } from "@skill-fleet/worker";
import { AuthorError } from "../author/author-error.ts";

/** The longest wait that an endpoint can ask for: after a day somebody wants to know. */
const maxRetryAfterMs = 24 * 60 * 60 * 1_000;

/**
 * The same error, as a worker has to know it: what nothing but a change by somebody can repair ends the
 * job, what names its time is tried again then, all else is tried again after the usual backoff.
 */
export function withRetryAdvice(error: unknown): unknown {
  // A skill that its place refuses: another attempt would find the same.
  if (FleetError.is(error, "INVALID_INPUT")) return new NonRetryableError(error.message, { cause: error });
  if (!(error instanceof AuthorError)) return error;
  if (!error.retryable) return new NonRetryableError(error.message, { cause: error });
  if (error.retryAfterMs === undefined) return error;
  return new RetryAfterError(error.message, Math.min(error.retryAfterMs, maxRetryAfterMs), { cause: error });
}
