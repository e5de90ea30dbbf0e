import type { Actor } from "../actor.ts";
import type { WorkWaiters } from "../changes/work-waiters.ts";
import type { JobCache } from "../jobs/job-cache.ts";
import { checkLimit } from "../list-cursor.ts";
import { type ClaimRequest, type LeasedJob, maxJobsPerClaim } from "./lease.ts";
import type { Claim, LeaseRepository } from "./lease-repository.ts";
import type { LeaseWriter } from "./lease-writer.ts";

/** Whoever waits for work looks again after this time, in case a notice was lost. */
const pollMs = 2_000;

/** What is in the queue but locked by somebody else is looked at again after this time. */
const busyMs = 20;

export interface WorkClaimsParts {
  readonly repository: LeaseRepository;
  readonly cache: JobCache;
  readonly work: WorkWaiters;
  readonly writer: LeaseWriter;
}

/** Finds jobs for workers, and lets those wait for whom there is none. A worker that waits costs a timer, no connection. */
export class WorkClaims {
  readonly #parts: WorkClaimsParts;

  constructor(parts: WorkClaimsParts) {
    this.#parts = parts;
  }

  /** Takes jobs; with `waitMs` as soon as there is one. Whoever waits listens first and looks then, so that no notice falls between the two. */
  async claim(
    { workerId, types, limit: wanted = 1, claim = 0, waitMs = 0 }: ClaimRequest,
    { actor, signal }: { readonly actor: Actor; readonly signal: AbortSignal | undefined },
  ): Promise<readonly LeasedJob[]> {
    const { repository, work } = this.#parts;
    const limit = checkLimit(wanted, maxJobsPerClaim);
    const endsAtMs = performance.now() + waitMs;
    while (signal?.aborted !== true) {
      const ear = work.listen(types);
      try {
        const jobs = await this.#take({ workerId, types, limit, claim, actor }, signal);
        // What came meanwhile, or did not fit, is work for others.
        if (jobs.length === limit || (jobs.length > 0 && ear.isAwake)) work.passOn(types);
        const leftMs = endsAtMs - performance.now();
        if (jobs.length > 0 || leftMs <= 0 || work.isClosed) return jobs;
        const untilMs = (await repository.untilAvailableMs(types, workerId)) ?? pollMs;
        await ear.heard(Math.min(leftMs, pollMs, Math.max(untilMs, busyMs)), signal);
        if (signal?.aborted && ear.isAwake) work.passOn(types);
      } finally {
        ear.close();
      }
    }
    return [];
  }

  async #take(claim: Claim, signal: AbortSignal | undefined): Promise<readonly LeasedJob[]> {
    const { repository, cache, writer } = this.#parts;
    const jobs = await cache.writeFound(() => repository.claim(claim));
    if (signal?.aborted !== true) return jobs as readonly LeasedJob[];
    // Nobody is there any more to take them.
    await Promise.all(jobs.map(({ id, run }) => writer.releaseIfHeld({ jobId: id, run }, claim.actor)));
    return [];
  }
}
