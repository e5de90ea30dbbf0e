import { FleetError } from "../errors.ts";
import { normalizeId } from "../ids.ts";
import type { Job } from "./job.ts";
import { isFinal, type JobStatus, type TransitionVerb, targetsOf } from "./job-status.ts";

export function jobNotFound(id: string): FleetError {
  return new FleetError("JOB_NOT_FOUND", `There is no job ${JSON.stringify(id)}.`, { jobId: id });
}

/** The id in the one form that is stored. @throws {FleetError} `JOB_NOT_FOUND` when it cannot be the id of a job */
export function requireJobId(id: string): string {
  const jobId = normalizeId(id);
  if (jobId === undefined) throw jobNotFound(id);
  return jobId;
}

/** Why a job that stands like this refused a move. */
export function refusal(
  jobId: string,
  current: Job | undefined,
  move: { verb: TransitionVerb; target: JobStatus | undefined; ifVersion?: number | undefined },
): FleetError {
  if (current === undefined) return jobNotFound(jobId);
  const { status, version } = current;
  const { verb, target, ifVersion } = move;
  if (ifVersion !== undefined && ifVersion !== version) {
    const message = `Job ${jobId} has version ${version}, not ${ifVersion}. Read it again and decide anew.`;
    return new FleetError("VERSION_MISMATCH", message, { jobId, details: { version } });
  }
  const allowed = targetsOf(status, verb);
  const attempted = target === undefined ? "cannot be changed" : `cannot become ${target} by this call`;
  const instead = allowed.length === 0 ? describeDeadEnd(status) : `From there it can become ${allowed.join(", ")}.`;
  return new FleetError("INVALID_TRANSITION", `Job ${jobId} is ${status} and ${attempted}. ${instead}`, {
    jobId,
    details: { jobStatus: status, version, allowed },
  });
}

function describeDeadEnd(status: JobStatus): string {
  if (status === "completed") return "A completed job is final.";
  return isFinal(status) ? "A job that has ended can only be retried or deleted." : "Only a failed or cancelled job can be retried.";
}
