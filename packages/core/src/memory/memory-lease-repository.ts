import type { Job } from "../jobs/job.ts";
import type { ExpiredLease, Lease, LeasedJob } from "../leases/lease.ts";
import type { Claim, LeaseRepository } from "../leases/lease-repository.ts";
import type { MemoryTables } from "./memory-tables.ts";

/** Leases in this process alone. Each method does its work in one turn of the event loop. */
export class MemoryLeaseRepository implements LeaseRepository {
  readonly #tables: MemoryTables;

  constructor(tables: MemoryTables) {
    this.#tables = tables;
  }

  async claim(claim: Claim): Promise<(Job & LeasedJob)[]> {
    const { workerId, types, limit } = claim;
    const nowMs = this.#beat(workerId, types);
    const available = this.#queued(types).filter(({ id, availableAt }) => {
      return Number(availableAt) <= nowMs && this.#reservedUntilMs(id, workerId) <= nowMs;
    });
    return available
      .sort(byClaimOrder)
      .slice(0, limit)
      .map((job) => this.#tables.lease(job, claim));
  }

  async untilAvailableMs(types: readonly string[], workerId: string): Promise<number | undefined> {
    const nowMs = this.#tables.clock.nowMs();
    const at = this.#queued(types).map(({ id, availableAt }) => Math.max(Number(availableAt), this.#reservedUntilMs(id, workerId)));
    return at.length === 0 ? undefined : Math.max(0, at.reduce((first, next) => Math.min(first, next)) - nowMs);
  }

  async beat(workerId: string, types: readonly string[]): Promise<Lease[]> {
    this.#beat(workerId, types);
    return this.leasesOf(workerId);
  }

  async leasesOf(workerId: string): Promise<Lease[]> {
    return this.#leased((job) => job.workerId === workerId).map((job) => this.#leaseOf(job));
  }

  async expired(timeoutMs: number, limit: number): Promise<ExpiredLease[]> {
    const nowMs = this.#tables.clock.nowMs();
    const isLate = (job: Job) => (this.#tables.extras.get(job.id)?.lease?.deadlineAtMs ?? 0) <= nowMs;
    const isOrphan = ({ workerId }: Job) => (this.#tables.workers.get(workerId as string)?.beatAtMs ?? 0) < nowMs - timeoutMs;
    return this.#leased((job) => isLate(job) || isOrphan(job))
      .slice(0, limit)
      .map((job) => ({
        ...this.#leaseOf(job),
        workerId: job.workerId as string,
        reason: isLate(job) ? "attempt_timed_out" : "worker_died",
      }));
  }

  async forget(workerId: string): Promise<void> {
    this.#tables.workers.delete(workerId);
  }

  async forgetSilent(timeoutMs: number): Promise<void> {
    const atMs = this.#tables.clock.nowMs() - timeoutMs;
    for (const [id, { beatAtMs }] of this.#tables.workers) {
      if (beatAtMs < atMs && this.#leased((job) => job.workerId === id).length === 0) this.#tables.workers.delete(id);
    }
  }

  #beat(workerId: string, types: readonly string[]): number {
    const nowMs = this.#tables.clock.nowMs();
    this.#tables.workers.set(workerId, { types, beatAtMs: nowMs });
    return nowMs;
  }

  #leaseOf({ id, run }: Job): Lease {
    return { jobId: id, run, claim: this.#tables.extras.get(id)?.lease?.claim ?? 0 };
  }

  #queued(types: readonly string[]): Job[] {
    return this.#jobs(this.#tables.queue).filter(({ type }) => types.includes(type));
  }

  #leased(condition: (job: Job) => boolean): Job[] {
    return this.#jobs(this.#tables.leased).filter(condition);
  }

  #jobs(ids: Iterable<string>): Job[] {
    return [...ids].flatMap((id) => this.#tables.jobs.get(id) ?? []);
  }

  /** Until when the job's place is kept for another worker than this one. */
  #reservedUntilMs(id: string, workerId: string): number {
    const reservation = this.#tables.extras.get(id)?.reservation;
    return reservation === undefined || reservation.workerId === workerId ? 0 : reservation.untilMs;
  }
}

/** The highest priority first, then what has been available longest. */
function byClaimOrder(a: Job, b: Job): number {
  return b.priority - a.priority || Number(a.availableAt) - Number(b.availableAt) || (a.id < b.id ? -1 : 1);
}
