import type { Actor } from "../actor.ts";
import type { WorkWaiters } from "../changes/work-waiters.ts";
import type { JobCache } from "../jobs/job-cache.ts";
import { checkLimit } from "../list-cursor.ts";
import { type ClaimRequest, type LeasedJob, maxJobsPerClaim } from "./lease.ts";
import type { Claim, LeaseRepository } from "./lease-repository.ts";
import type { LeaseWriter } from "./lease-writer.ts";
import type { WaitingClaims } from "./waiting-claims.ts";

/** Whoever waits for work looks again after this time, in case a notice was lost. */
const pollMs = 2_000;

/** What is in the queue but locked by somebody else is looked at again after this time. */
const busyMs = 20;

export interface WorkClaimsParts {
  readonly repository: LeaseRepository;
  readonly cache: JobCache;
  readonly work: WorkWaiters;
  readonly waiting: WaitingClaims;
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
    { workerId, types, limit: wanted = 1, claim: number = 0, waitMs = 0 }: ClaimRequest,
    { actor, signal }: { readonly actor: Actor; readonly signal: AbortSignal | undefined },
  ): Promise<readonly LeasedJob[]> {
    const { repository, work, waiting } = this.#parts;
    const limit = checkLimit(wanted, maxJobsPerClaim);
    const claim: Claim = { workerId, types, limit, claim: number, actor };
    const endsAtMs = performance.now() + waitMs;
    while (signal?.aborted !== true) {
      const ear = work.listen(types);
      try {
        const jobs = await this.#take(claim, signal);
        // What came meanwhile, or did not fit, is work for others.
        if (jobs.length === limit || (jobs.length > 0 && ear.isAwake)) work.passOn(types);
        const leftMs = endsAtMs - performance.now();
        if (jobs.length > 0 || leftMs <= 0 || work.isClosed) return jobs;
        const untilMs = (await repository.untilAvailableMs(types, workerId)) ?? pollMs;
        const place = waiting.enter(claim, () => ear.interrupt());
        await ear.heard(Math.min(leftMs, pollMs, Math.max(untilMs, busyMs)), signal);
        const started = await this.#unlessAborted(await place.leave(), claim, signal);
        if (ear.isAwake && (started.length > 0 || signal?.aborted)) work.passOn(types);
        if (started.length > 0) return started;
      } finally {
        ear.close();
      }
    }
    return [];
  }

  async #take(claim: Claim, signal: AbortSignal | undefined): Promise<readonly LeasedJob[]> {
    const { repository, cache } = this.#parts;
    const jobs = await cache.writeFound(() => repository.claim(claim));
    return this.#unlessAborted(jobs as readonly LeasedJob[], claim, signal);
  }

  /** The jobs, if anybody is still there to take them; else they go back. */
  async #unlessAborted(jobs: readonly LeasedJob[], { actor }: Claim, signal: AbortSignal | undefined): Promise<readonly LeasedJob[]> {
    if (signal?.aborted !== true) return jobs;
    await Promise.all(jobs.map(({ id, run }) => this.#parts.writer.releaseIfHeld({ jobId: id, run }, actor)));
    return [];
  }
}
