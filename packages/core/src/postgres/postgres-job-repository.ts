import { newWriteId } from "../ids.ts";
import type { Job, JobEvent, JobFilter, JobStats } from "../jobs/job.ts";
import {
  changeOfCompletion,
  type GuardedChange,
  type GuardedCompletion,
  type InsertOutcome,
  type JobInsert,
  type JobRepository,
  type ListPosition,
  type PrunedBatch,
  type WriteOutcome,
} from "../jobs/job-repository.ts";
import { isFinal, type JobStatus } from "../jobs/job-status.ts";
import type { PrunableJobs, RetentionMs } from "../jobs/retention.ts";
import { holds } from "../leases/lease.ts";
import type { Claim } from "../leases/lease-repository.ts";
import { type CompletedRow, completedJob, completeJobs, encodeCompletions, isPlain, type PlainCompletion } from "./complete-jobs.ts";
import type { Database, Statement } from "./database.ts";
import { encodeInsert, type InsertedRow, inOneOrder, insertedJob, insertJobs, insertStartedJobs, startedJob } from "./insert-jobs.ts";
import { eventFromRow, type JobColumns, jobFromRow } from "./job-row.ts";
import { readStats } from "./job-stats.ts";
import { endLease, leaveQueue, lockJob } from "./lock-job.ts";
import { closePromptsOfJob } from "./prompt-statements.ts";
import { countPrunable, encodePrune, encodeRetention, type PrunableRow, type PrunedRow, pruneJobs } from "./prune-jobs.ts";
import type { JobEventRow, JobRow } from "./schema.ts";
import type { DatabaseTime } from "./time.ts";
import { encodeUpdate, updateJobs } from "./update-jobs.ts";
import { WriteBatch } from "./write-batch.ts";

interface InsertItem {
  readonly job: JobInsert;
  readonly startedBy: Claim | undefined;
  readonly writeId: string;
}

interface ConflictRow extends JobRow {
  readonly key_has_expired: boolean | null;
}

interface UpdateItem {
  readonly id: string;
  readonly guarded: GuardedChange;
  readonly writeId: string;
}

interface CompletionItem {
  readonly id: string;
  readonly completion: PlainCompletion;
  readonly writeId: string;
}

const findJob: Statement = { name: "find_job", text: "select * from jobs where id = $1" };
const findConflict: Statement = {
  name: "find_conflict",
  text: `
    select *, idempotency_expires_at <= coalesce($4::timestamptz, clock_timestamp()) as key_has_expired
    from jobs
    where (idempotency_scope = $3 and idempotency_key = $1) or id = $2
    order by (idempotency_scope = $3 and idempotency_key = $1) desc nulls last
    limit 1`,
};
const freeKey: Statement = {
  name: "free_key",
  text: `
    update jobs set idempotency_key = null, idempotency_expires_at = null
    where id = $1 and idempotency_expires_at <= coalesce($2::timestamptz, clock_timestamp())`,
};
const findOverdue: Statement = {
  name: "find_overdue_jobs",
  text: "select id from jobs where deadline_at <= coalesce($2::timestamptz, now()) order by deadline_at limit $1",
};
const findEvents: Statement = {
  name: "find_events",
  text: "select * from job_events where job_id = $1 and version > $2::bigint order by version limit $3",
};
/** A job that started with its insert has two events of one write. */
const findWritten: Statement = {
  name: "find_written",
  text: "select j.*, e.write_id from job_events e join jobs j on j.id = e.job_id where e.job_id = any ($1::uuid[]) and e.write_id = any ($2::uuid[])",
};

/** Jobs in PostgreSQL. Inserts and updates are batched; what a batch cannot decide is decided under the row's lock. */
export class PostgresJobRepository implements JobRepository {
  readonly #database: Database;
  readonly #time: DatabaseTime;
  readonly #inserts: WriteBatch<InsertItem, InsertOutcome>;
  readonly #updates: WriteBatch<UpdateItem | CompletionItem, WriteOutcome>;

  constructor(database: Database, time: DatabaseTime) {
    this.#database = database;
    this.#time = time;
    const maxInFlight = database.parallelWrites;
    this.#inserts = new WriteBatch({
      keyOf: ({ job }) => job.id,
      statementOf: insertOf,
      flush: (items) => this.#insertAll(items),
      settle: async (items) => {
        const found = await this.#findWritten(items.map(({ job, writeId }) => ({ id: job.id, writeId })));
        return found.map((job, index) => job && settledInsert(items[index] as InsertItem, job));
      },
      maxInFlight,
      // Fewer gain nothing: two statements cost more than one.
      shareFrom: 32,
    });
    this.#updates = new WriteBatch({
      keyOf: ({ id }) => id,
      statementOf: (item) => (isUpdate(item) ? updateJobs : completeJobs),
      flush: (items) => (items.every(isUpdate) ? this.#updateAll(items) : this.#completeAll(items as readonly CompletionItem[])),
      settle: async (items) => (await this.#findWritten(items)).map((job) => job && { kind: "applied", job }),
      maxInFlight,
    });
  }

  insert(job: JobInsert, startedBy?: Claim): Promise<InsertOutcome> {
    return this.#inserts.add({ job, startedBy, writeId: newWriteId() });
  }

  update(id: string, guarded: GuardedChange): Promise<WriteOutcome> {
    return this.#updates.add({ id, guarded, writeId: newWriteId() });
  }

  complete(completion: GuardedCompletion): Promise<WriteOutcome> {
    if (!isPlain(completion)) return this.update(completion.jobId, changeOfCompletion(completion));
    return this.#updates.add({ id: completion.jobId, completion, writeId: newWriteId() });
  }

  async find(id: string): Promise<Job | undefined> {
    const [row] = await this.#database.query<JobRow>(findJob, [id]);
    return row && jobFromRow(row);
  }

  async list(filter: JobFilter, limit: number, position?: ListPosition): Promise<Job[]> {
    // Loaded with the first list: the builder of its queries is a sixth of what a start would load.
    const { listJobs } = await import("./list-jobs.ts");
    const rows = await listJobs(this.#database, filter, limit, position);
    return rows.map(jobFromRow);
  }

  async delete(id: string, allowedFrom: readonly JobStatus[]): Promise<WriteOutcome> {
    return this.#database.transaction(async (tx) => {
      const [row] = await tx.query<JobRow>(lockJob, [id]);
      if (row === undefined || !allowedFrom.includes(row.status)) return { kind: "refused", current: row && jobFromRow(row) };
      await tx.query({ text: "delete from job_events where job_id = $1" }, [id]);
      await tx.query(leaveQueue, [row.type, row.priority, row.available_at, id]);
      await tx.query(endLease, [row.worker_id, id]);
      await tx.query({ text: "delete from jobs where id = $1" }, [id]);
      return { kind: "applied", job: jobFromRow(row) };
    });
  }

  async prune(retention: RetentionMs, limit: number, after?: ListPosition): Promise<PrunedBatch> {
    const [row] = await this.#database.query<PrunedRow>(pruneJobs, encodePrune(retention, this.#time(), limit, after));
    const { pruned, next_id: id, next_created_at: createdAt } = row as PrunedRow;
    return { pruned, next: id === null || createdAt === null ? undefined : { id, createdAt } };
  }

  async prunable(retention: RetentionMs): Promise<PrunableJobs> {
    const rows = await this.#database.query<PrunableRow>(countPrunable, [...encodeRetention(retention), this.#time()]);
    const counts = Object.fromEntries(rows.map(({ status, count }) => [status, count]));
    const oldest = rows.map((row) => row.oldest).sort((a, b) => a.getTime() - b.getTime());
    return { counts: { completed: 0, failed: 0, cancelled: 0, ...counts }, oldestCompletedAt: oldest[0] ?? null };
  }

  async events(id: string, afterVersion: number, limit: number): Promise<JobEvent[]> {
    const rows = await this.#database.query<JobEventRow>(findEvents, [id, afterVersion, limit]);
    return rows.map(eventFromRow);
  }

  async overdue(limit: number): Promise<string[]> {
    const rows = await this.#database.query<{ id: string }>(findOverdue, [limit, this.#time()]);
    return rows.map(({ id }) => id);
  }

  stats(): Promise<JobStats> {
    return readStats(this.#database);
  }

  async #insertAll(items: readonly InsertItem[]): Promise<(InsertOutcome | Promise<InsertOutcome>)[]> {
    const ordered = items.toSorted((a, b) => inOneOrder(a.job, b.job));
    const input = JSON.stringify(ordered.map(({ job, writeId, startedBy }) => encodeInsert(job, writeId, startedBy)));
    const rows = await this.#database.query<InsertedRow>(insertOf(items[0] as InsertItem), [input, this.#time()]);
    const createdAtOf = new Map(rows.map((row) => [row.id, row.created_at]));
    return items.map((item) => {
      const createdAt = createdAtOf.get(item.job.id);
      if (createdAt === undefined) return this.#explainConflict(item);
      const job = insertedJob(item.job, createdAt);
      return { kind: "inserted", job, started: item.startedBy && startedJob(job, item.startedBy) };
    });
  }

  async #explainConflict(item: InsertItem): Promise<InsertOutcome> {
    const { id, idempotencyKey, idempotencyScope, requestHash } = item.job;
    const [row] = await this.#database.query<ConflictRow>(findConflict, [idempotencyKey, id, idempotencyScope, this.#time()]);
    const byKey = row !== undefined && idempotencyKey !== null && isKeyOf(row, item.job);
    if (byKey && row.key_has_expired) await this.#database.query(freeKey, [row.id, this.#time()]);
    if (row === undefined || (byKey && row.key_has_expired)) {
      // Whoever was in the way has been deleted since, or has had its time.
      const [outcome] = await this.#insertAll([item]);
      return outcome as InsertOutcome | Promise<InsertOutcome>;
    }
    if (row.request_hash !== null && row.request_hash === requestHash) return { kind: "replayed", job: jobFromRow(row) };
    return byKey ? { kind: "key_conflict", jobId: row.id } : { kind: "id_conflict", jobId: row.id };
  }

  async #updateAll(items: readonly UpdateItem[]): Promise<(WriteOutcome | Promise<WriteOutcome>)[]> {
    const input = items.map(({ id, guarded, writeId }) => encodeUpdate(id, guarded, lockFree(guarded), writeId));
    const rows = await this.#database.query<JobColumns>(updateJobs, [JSON.stringify(input), this.#time()]);
    const rowOf = new Map(rows.map((row) => [row.id, row]));
    return items.map((item) => {
      const row = rowOf.get(item.id);
      return row === undefined ? this.#updateUnderLock(item) : { kind: "applied", job: jobFromRow(row) };
    });
  }

  async #completeAll(items: readonly CompletionItem[]): Promise<(WriteOutcome | Promise<WriteOutcome>)[]> {
    const completions = items.map(({ completion }) => completion);
    const writeIds = items.map(({ writeId }) => writeId);
    const rows = await this.#database.query<CompletedRow>(completeJobs, [this.#time(), ...encodeCompletions(completions, writeIds)]);
    const rowOf = new Map(rows.map((row) => [row.id, row]));
    return items.map(({ id, completion, writeId }) => {
      const row = rowOf.get(id);
      if (row === undefined) return this.#updateUnderLock({ id, guarded: changeOfCompletion(completion), writeId });
      const job = completedJob(completion, row);
      return job === undefined ? this.#applied(id) : { kind: "applied", job };
    });
  }

  /** A write that happened, with the job as it is now: what it left behind is not known. */
  async #applied(id: string): Promise<WriteOutcome> {
    const job = await this.find(id);
    return job === undefined ? { kind: "refused", current: undefined } : { kind: "applied", job };
  }

  /** Decides one update on the row as it is: a refusal, the end of a job that has open prompts, or a row that changed meanwhile. */
  async #updateUnderLock({ id, guarded, writeId }: UpdateItem): Promise<WriteOutcome> {
    return this.#database.transaction(async (tx) => {
      const [row] = await tx.query<JobRow>(lockJob, [id]);
      if (row === undefined || !allows(guarded, row)) return { kind: "refused", current: row && jobFromRow(row) };
      if (ends(guarded)) await tx.query(closePromptsOfJob, [id, this.#time()]);
      const input = JSON.stringify([encodeUpdate(id, guarded, guarded.allowedFrom, writeId)]);
      const [updated] = await tx.query<JobColumns>(updateJobs, [input, this.#time()]);
      return { kind: "applied", job: jobFromRow(updated as JobColumns) };
    });
  }

  async #findWritten(writes: readonly { id: string; writeId: string }[]): Promise<(Job | undefined)[]> {
    const ids = writes.map(({ id }) => id);
    const writeIds = writes.map(({ writeId }) => writeId);
    const rows = await this.#database.query<JobRow & { write_id: string }>(findWritten, [ids, writeIds]);
    const rowOf = new Map(rows.map((row) => [row.write_id, row]));
    return writeIds.map((writeId) => {
      const row = rowOf.get(writeId);
      return row && jobFromRow(row);
    });
  }
}

/** The statement that carries the item. */
function insertOf({ startedBy }: InsertItem): Statement {
  return startedBy === undefined ? insertJobs : insertStartedJobs;
}

function isUpdate(item: UpdateItem | CompletionItem): item is UpdateItem {
  return "guarded" in item;
}

/**
 * The statuses from which a batch may make this change. Ending a job that waits for a person is
 * not among them: a statement does not see a prompt that commits after it began, so the prompts
 * can only be closed once the job's lock is held.
 */
function lockFree(guarded: GuardedChange): JobStatus[] {
  return guarded.allowedFrom.filter((status) => !(ends(guarded) && status === "pending_hitl"));
}

function ends({ change: { status } }: GuardedChange): boolean {
  return status !== undefined && isFinal(status);
}

function allows({ allowedFrom, ifVersion, run }: GuardedChange, row: JobRow): boolean {
  const isHeld = run === undefined || (run === row.run && row.worker_id !== null);
  return allowedFrom.includes(row.status) && (ifVersion === undefined || ifVersion === row.version) && isHeld;
}

/** What became of an insert whose reply was lost, by the job as it is now. */
function settledInsert({ job: insert, startedBy }: InsertItem, job: Job): InsertOutcome {
  const isStarted = startedBy !== undefined && holds(job, 1) && job.workerId === startedBy.workerId;
  return isStarted ? { kind: "inserted", job: insertedJob(insert, job.createdAt), started: job } : { kind: "inserted", job };
}

function isKeyOf(row: JobRow, { idempotencyKey, idempotencyScope }: JobInsert): boolean {
  return row.idempotency_key === idempotencyKey && row.idempotency_scope === idempotencyScope;
}
