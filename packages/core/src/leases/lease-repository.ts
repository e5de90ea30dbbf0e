import type { Actor } from "../actor.ts";
import type { Job } from "../jobs/job.ts";
import type { ExpiredLease, Lease, LeasedJob } from "./lease.ts";

/** A claim with every default filled in. */
export interface Claim {
  readonly workerId: string;
  readonly types: readonly string[];
  readonly limit: number;
  readonly claim: number;
  readonly actor: Actor;
}

/**
 * Where it is kept which worker has which job, and which workers live.
 *
 * Promises of every engine: of two claims that compete for a job one gets it. A claim takes what
 * has the highest priority first, then what has been available longest, and moves the job, its
 * lease and its event in one write. Who lives is judged by the store's clock. Leases end where jobs are
 * written: {@link GuardedChange} with a `place`. Throws `STORE_UNAVAILABLE` as
 * {@link JobRepository} does; a claim may then have happened.
 */
export interface LeaseRepository {
  /** Takes up to `limit` available jobs of these types; the worker counts as alive from now on, give or take a second. */
  claim(claim: Claim): Promise<(Job & LeasedJob)[]>;
  /** In how many milliseconds the worker may find the next job of these types in the queue; undefined when none is there. */
  untilAvailableMs(types: readonly string[], workerId: string): Promise<number | undefined>;
  /** Notes that the worker lives, and returns what it has. */
  beat(workerId: string, types: readonly string[]): Promise<Lease[]>;
  /** Leases whose worker has been silent for longer than `timeoutMs`, or is not known, or that took too long. */
  expired(timeoutMs: number, limit: number): Promise<ExpiredLease[]>;
  /** Every lease of one worker. */
  leasesOf(workerId: string): Promise<Lease[]>;
  /** Forgets a worker that has ended. */
  forget(workerId: string): Promise<void>;
  /** Forgets the workers that have been silent for longer than `timeoutMs` and have nothing. */
  forgetSilent(timeoutMs: number): Promise<void>;
}
