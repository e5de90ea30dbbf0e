import { FleetError } from "../errors.ts";
import type { Job } from "../jobs/job.ts";
import { jobNotFound } from "../jobs/job-refusal.ts";

/** That a worker writes to a job that it does not have in this run. */
export function leaseLost(jobId: string, run: number, current: Job | undefined): FleetError {
  if (current === undefined) return jobNotFound(jobId);
  const { status, workerId } = current;
  const holder = workerId === null ? "no worker has it" : `worker ${workerId} has it`;
  const message = `Run ${run} of job ${jobId} has lost its lease: the job is ${status} in run ${current.run}, and ${holder}. Stop working on it.`;
  return new FleetError("LEASE_LOST", message, { jobId, details: { jobStatus: status, run: current.run, workerId } });
}

/** That somebody who is not its worker wants to ask something for a job that a worker has. */
export function jobLeased(jobId: string, workerId: string): FleetError {
  const message = `Worker ${workerId} has job ${jobId}, and only it can ask something for it now. Cancel the job, or wait.`;
  return new FleetError("JOB_LEASED", message, { jobId, details: { workerId } });
}
