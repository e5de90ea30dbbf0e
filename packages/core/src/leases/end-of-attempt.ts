import type { Job } from "../jobs/job.ts";
import type { GuardedChange } from "../jobs/job-repository.ts";
import { backoffMs } from "./backoff.ts";
import type { AttemptFailure } from "./lease.ts";

/** What becomes of a job whose attempt has failed: another attempt, its failure, or its cancellation. */
export function endOfAttempt(
  { attempt, maxAttempts }: Job,
  { error, errorStack, retryable = true, cancelled = false, retryAfterMs }: Omit<AttemptFailure, "jobId" | "run">,
): Pick<GuardedChange, "change" | "place" | "newAttempt"> & { event: Omit<GuardedChange["event"], "actor"> } {
  const told = { attempt, error, ...(errorStack !== undefined && { errorStack }) };
  if (cancelled) return { change: { status: "cancelled", error }, place: { in: "nowhere" }, event: { kind: "cancelled", data: told } };
  if (!retryable || attempt >= maxAttempts) {
    return { change: { status: "failed", error, errorStack }, place: { in: "nowhere" }, event: { kind: "failed", data: told } };
  }
  const delayMs = retryAfterMs ?? backoffMs(attempt);
  return {
    change: { status: "pending" },
    newAttempt: true,
    place: { in: "queue", delayMs },
    event: { kind: "attempt_failed", data: { ...told, retryInMs: delayMs } },
  };
}
