import type { Job, JobRecord } from "../jobs/job.ts";
import type { JobStatus } from "../jobs/job-status.ts";
import type { Prompt } from "../prompts/prompt.ts";

/** A job in a worker's hands: it runs, and `run` fences every write of that worker. */
export interface LeasedJob extends JobRecord {
  readonly status: "running";
  readonly workerId: string;
}

/** That a worker has a job, as the store sees it. */
export interface Lease {
  readonly jobId: string;
  readonly run: number;
  /** The number that the worker gave to the claim. */
  readonly claim: number;
}

/** A lease that somebody must end: its worker died, or it took too long. */
export interface ExpiredLease extends Lease {
  readonly workerId: string;
  readonly reason: "worker_died" | "attempt_timed_out";
}

/** A lease that a worker believes to have and has not. `status` is that of its job; undefined when the job is gone. */
export interface LostLease {
  readonly jobId: string;
  readonly status: JobStatus | undefined;
}

/** What a worker is to know of a fleet. */
export interface WorkerTerms {
  /** How often a worker should beat. */
  readonly heartbeatIntervalMs: number;
  /** A worker that was silent for longer is taken for dead, and its jobs go to others. */
  readonly leaseTimeoutMs: number;
}

/** How many jobs one claim takes at most. Each costs less the more there are, but beyond so many hardly. */
export const maxJobsPerClaim = 500;

/** How long a job stands in the queue for the worker that has its handler in memory, before any other may have it. */
export const reservedMs = 1_000;

/** Which jobs a worker wants. */
export interface ClaimRequest {
  readonly workerId: string;
  /** The types that it has handlers for. */
  readonly types: readonly string[];
  /** From 1 to 500. Default: 1. */
  readonly limit?: number | undefined;
  /** A number of the worker's own for this claim, larger with each: leases of a claim whose reply was lost are known by it. Default: 0. */
  readonly claim?: number | undefined;
  /** How long to wait for the first job when there is none, through a server at most 55,000. Default: not at all. */
  readonly waitMs?: number | undefined;
}

/** A worker that lives. */
export interface HeartbeatRequest {
  readonly workerId: string;
  readonly types: readonly string[];
  /** The jobs that it believes to have. Default: none. */
  readonly held?: readonly string[] | undefined;
}

/** What a worker has, by the store. */
export interface Heartbeat {
  /** Every lease of the worker. One that it does not know of comes from a claim whose reply was lost: release it. */
  readonly leases: readonly Lease[];
  /** Of the jobs that it believes to have, those that it has not. */
  readonly lost: readonly LostLease[];
}

/** What names a lease: which job, in which run. */
export interface LeaseAddress {
  readonly jobId: string;
  readonly run: number;
}

/** How an attempt ended without success. */
export interface AttemptFailure extends LeaseAddress {
  /** Why, in words. */
  readonly error: string;
  readonly errorStack?: string | undefined;
  /** Whether another attempt may succeed. Default: true. */
  readonly retryable?: boolean | undefined;
  /** Whether somebody wants the job to stop: it ends as `cancelled` then, and no attempt follows. Default: false. */
  readonly cancelled?: boolean | undefined;
  /** When the next attempt may begin. Default: an exponential backoff with full jitter. */
  readonly retryAfterMs?: number | undefined;
}

/** What became of what a handler asked. */
export interface Asked {
  /** For each question the prompt that stands for it. */
  readonly prompts: readonly Prompt[];
  /** Whether the lease has ended: the job waits, and comes back to the queue once the last prompt is settled. */
  readonly isParked: boolean;
}

/** Whether the job has left this run to wait for a person or for the end of a sleep, and nobody has claimed it since. */
export function hasParked(job: Job | undefined, run: number): boolean {
  if (job === undefined || job.workerId !== null || job.run !== run) return false;
  return job.status === "pending_hitl" || (job.status === "running" && job.availableAt !== null);
}

/** Whether a worker has the job in this run. */
export function holds(job: Job | undefined, run: number): job is LeasedJob & Job {
  return job !== undefined && job.workerId !== null && job.run === run && job.status === "running";
}
