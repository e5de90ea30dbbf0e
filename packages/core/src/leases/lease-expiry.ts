import { deadlineActor } from "../actor.ts";
import type { JobCache } from "../jobs/job-cache.ts";
import { appliedJob, type JobRepository } from "../jobs/job-repository.ts";
import type { Logger } from "../logger.ts";
import { sweep } from "../sweep.ts";
import { endOfAttempt } from "./end-of-attempt.ts";
import type { ExpiredLease } from "./lease.ts";
import type { LeaseRepository } from "./lease-repository.ts";

export interface LeaseExpiryParts {
  readonly repository: LeaseRepository;
  readonly jobs: JobRepository;
  readonly cache: JobCache;
  readonly logger: Logger;
  readonly leaseTimeoutMs: number;
}

/** How many expired leases are looked up at once. */
const sweepSize = 100;

/**
 * Ends the leases of workers that died, and those that took too long.
 *
 * That costs the job an attempt, so that one which kills its workers comes to an end. Any number of
 * instances may do so at the same time: the run of the lease is the guard, so each ends once.
 */
export class LeaseExpiry {
  readonly #parts: LeaseExpiryParts;

  constructor(parts: LeaseExpiryParts) {
    this.#parts = parts;
  }

  /** Ends every expired lease, and says how many those were. */
  async expireOverdue(): Promise<number> {
    const { repository, leaseTimeoutMs } = this.#parts;
    const ended = await sweep(
      (limit) => repository.expired(leaseTimeoutMs, limit),
      (lease) => this.end(lease),
      sweepSize,
    );
    await repository.forgetSilent(leaseTimeoutMs);
    return ended;
  }

  /** Ends one lease, unless it has ended already; says whether it did. */
  async end({ jobId, run, workerId, reason }: ExpiredLease): Promise<boolean> {
    const { jobs, cache, logger } = this.#parts;
    const job = await jobs.find(jobId);
    if (job === undefined || job.run !== run) return false;
    const error =
      reason === "worker_died"
        ? `Worker ${workerId} died, or was cut off, in attempt ${job.attempt}.`
        : `Attempt ${job.attempt} took longer than ${job.attemptTimeoutMs} ms.`;
    const { event, ...end } = endOfAttempt(job, { error });
    const guarded = { ...end, run, allowedFrom: ["running"] as const, event: { ...event, actor: deadlineActor } };
    const outcome = await cache.write(jobId, () => jobs.update(jobId, guarded), appliedJob);
    if (outcome.kind === "refused") return false;
    logger.warn({ jobId, workerId, run, attempt: job.attempt, reason }, "A worker lost a job");
    return true;
  }
}
