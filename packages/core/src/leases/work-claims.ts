import type { Actor } from "../actor.ts";
import { maxPollMs } from "../changes/change-feed.ts";
import type { WorkWaiters } from "../changes/work-waiters.ts";
import type { JobCache } from "../jobs/job-cache.ts";
import { checkLimit } from "../list-cursor.ts";
import { type ClaimRequest, type LeasedJob, maxJobsPerClaim } from "./lease.ts";
import type { Claim, LeaseRepository } from "./lease-repository.ts";
import type { LeaseWriter } from "./lease-writer.ts";
import type { WaitingClaims } from "./waiting-claims.ts";

/** So often within a lease timeout at least: a look is a heartbeat, and a job may begin for whoever waits without another one. */
const looksPerTimeout = 3;

/** What is in the queue but locked by somebody else is looked at again after this time. */
const busyMs = 20;

export interface WorkClaimsParts {
  readonly repository: LeaseRepository;
  readonly cache: JobCache;
  readonly workWaiters: WorkWaiters;
  readonly waitingClaims: WaitingClaims;
  readonly writer: LeaseWriter;
  readonly leaseTimeoutMs: number;
}

interface Wait {
  readonly endsAtMs: number;
  readonly signal: AbortSignal | undefined;
}

/** Finds jobs for workers, and lets those wait for whom there is none. A worker that waits costs a timer, no connection. */
export class WorkClaims {
  readonly #parts: WorkClaimsParts;
  readonly #pollMs: number;

  constructor(parts: WorkClaimsParts) {
    this.#parts = parts;
    this.#pollMs = Math.min(maxPollMs, parts.leaseTimeoutMs / looksPerTimeout);
  }

  /** Takes jobs; with `waitMs` as soon as there is one. */
  async claim(
    { workerId, types, limit = 1, claim: number = 0, waitMs = 0 }: ClaimRequest,
    { actor, signal }: { readonly actor: Actor; readonly signal: AbortSignal | undefined },
  ): Promise<readonly LeasedJob[]> {
    const claim: Claim = { workerId, types, limit: checkLimit(limit, maxJobsPerClaim), claim: number, actor };
    const endsAtMs = performance.now() + waitMs;
    let jobs: readonly LeasedJob[] | undefined;
    while (jobs === undefined && !signal?.aborted) jobs = await this.#look(claim, { endsAtMs, signal });
    if (!signal?.aborted) return jobs ?? [];
    // Nobody is there any more to take them.
    await Promise.all((jobs ?? []).map(({ id, run }) => this.#parts.writer.releaseIfHeld({ jobId: id, run }, actor)));
    return [];
  }

  /**
   * Takes the jobs that are there, or waits for something to happen. Undefined: look again.
   *
   * It listens first and looks then, so that no notice falls between the two. A notice that has come, and is not looked after, goes
   * to the next who listens.
   */
  async #look(claim: Claim, { endsAtMs, signal }: Wait): Promise<readonly LeasedJob[] | undefined> {
    const { repository, cache, workWaiters, waitingClaims } = this.#parts;
    const { workerId, types, limit } = claim;
    const ear = workWaiters.listen(types);
    let looksAgain = false;
    try {
      const jobs = await cache.writeFound(() => repository.claim(claim));
      // There may be more than fit.
      if (jobs.length === limit) workWaiters.passOn(types);
      const leftMs = endsAtMs - performance.now();
      if (jobs.length > 0 || leftMs <= 0 || workWaiters.isClosed) return jobs;
      const untilMs = (await repository.untilAvailableMs(types, workerId)) ?? this.#pollMs;
      const waitingClaim = waitingClaims.enter(claim, () => ear.interrupt());
      await ear.heard(Math.min(leftMs, this.#pollMs, Math.max(untilMs, busyMs)), signal);
      looksAgain = !waitingClaim.isTaken && signal?.aborted !== true;
      // The ear does not stay open until those are there: what it would hear is for others.
      return waitingClaim.leave();
    } finally {
      ear.close();
      if (!looksAgain) ear.passOn();
    }
  }
}
