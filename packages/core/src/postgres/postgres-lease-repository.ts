import type { ChangeFeed } from "../changes/change-feed.ts";
import { newWriteId } from "../ids.ts";
import type { Job } from "../jobs/job.ts";
import type { ExpiredLease, Lease, LeasedJob } from "../leases/lease.ts";
import type { Claim, LeaseRepository } from "../leases/lease-repository.ts";
import { claimJobs, untilAvailable } from "./claim-jobs.ts";
import type { Database } from "./database.ts";
import { type JobColumns, jobFromRow } from "./job-row.ts";
import { beat, expiredLeases, forgetSilentWorkers, forgetWorker, leasesOfWorker } from "./lease-statements.ts";
import { type QueueMark, QueueMarks } from "./queue-marks.ts";
import type { DatabaseTime } from "./time.ts";

interface LeaseRow {
  readonly job_id: string;
  readonly run: number;
  readonly claim: string | number;
}

interface ExpiredRow extends LeaseRow {
  readonly worker_id: string;
  readonly timed_out: boolean;
}

interface ClaimedRow extends JobColumns {
  readonly was_available_at: Date;
}

/** Leases in PostgreSQL. */
export class PostgresLeaseRepository implements LeaseRepository {
  readonly #database: Database;
  readonly #time: DatabaseTime;
  readonly #marks: QueueMarks;

  constructor(database: Database, time: DatabaseTime, changes: Pick<ChangeFeed, "subscribe">) {
    this.#database = database;
    this.#time = time;
    this.#marks = new QueueMarks(changes);
  }

  async claim(claim: Claim): Promise<(Job & LeasedJob)[]> {
    const look = this.#marks.look();
    const rows = await this.#claimFrom(look.from, claim);
    look.end(rows.length < claim.limit ? undefined : rows.map(({ type, priority, was_available_at: at }) => ({ type, priority, at })));
    // What stands before the marks is found before the queue is called empty.
    const isEmpty = rows.length === 0 && look.from.length > 0;
    return (isEmpty ? await this.#claimFrom([], claim) : rows).map((row) => jobFromRow(row) as Job & LeasedJob);
  }

  async #claimFrom(from: readonly QueueMark[], { workerId, types, limit, claim, actor }: Claim): Promise<ClaimedRow[]> {
    const values = [workerId, types, limit, claim, this.#time(), actor.id, actor.via, newWriteId()];
    const marks = [from.map(({ type }) => type), from.map(({ priority }) => priority), from.map(({ at }) => at.toISOString())];
    return this.#database.query<ClaimedRow>(claimJobs, [...values, ...marks]);
  }

  async untilAvailableMs(types: readonly string[], workerId: string): Promise<number | undefined> {
    const [row] = await this.#database.query<{ ms: number | null }>(untilAvailable, [workerId, types, this.#time()]);
    return row?.ms == null ? undefined : Math.max(0, row.ms);
  }

  async beat(workerId: string, types: readonly string[]): Promise<Lease[]> {
    await this.#database.query(beat, [workerId, types, this.#time()]);
    return this.leasesOf(workerId);
  }

  async leasesOf(workerId: string): Promise<Lease[]> {
    const rows = await this.#database.query<LeaseRow>(leasesOfWorker, [workerId]);
    return rows.map(leaseFromRow);
  }

  async expired(timeoutMs: number, limit: number): Promise<ExpiredLease[]> {
    const rows = await this.#database.query<ExpiredRow>(expiredLeases, [timeoutMs, limit, this.#time()]);
    return rows.map((row) => ({
      ...leaseFromRow(row),
      workerId: row.worker_id,
      reason: row.timed_out ? "attempt_timed_out" : "worker_died",
    }));
  }

  async forget(workerId: string): Promise<void> {
    await this.#database.query(forgetWorker, [workerId]);
  }

  async forgetSilent(timeoutMs: number): Promise<void> {
    await this.#database.query(forgetSilentWorkers, [timeoutMs, this.#time()]);
  }
}

/** A bigint comes as text from one driver and as a number from the other. */
function leaseFromRow({ job_id: jobId, run, claim }: LeaseRow): Lease {
  return { jobId, run, claim: Number(claim) };
}
