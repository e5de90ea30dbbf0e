import type { Job, JobEvent, JobFilter, JobStats } from "../jobs/job.ts";
import {
  changeOfCompletion,
  type GuardedChange,
  type GuardedCompletion,
  type InsertOutcome,
  type JobInsert,
  type JobRepository,
  type ListPosition,
  type Place,
  type PrunedBatch,
  type WriteOutcome,
} from "../jobs/job-repository.ts";
import { type FinalStatus, isFinal, type JobStatus, jobStatuses } from "../jobs/job-status.ts";
import type { PrunableJobs, RetentionMs } from "../jobs/retention.ts";
import type { JsonObject } from "../json.ts";
import { holds } from "../leases/lease.ts";
import type { Claim } from "../leases/lease-repository.ts";
import type { MemoryTables } from "./memory-tables.ts";

/**
 * Jobs in this process alone. Each method does its work in one turn of the event loop, so writes
 * exclude each other by themselves.
 */
export class MemoryJobRepository implements JobRepository {
  readonly #tables: MemoryTables;

  constructor(tables: MemoryTables) {
    this.#tables = tables;
  }

  async insert(insert: JobInsert, startedBy?: Claim): Promise<InsertOutcome> {
    const { actor, idempotencyKey, idempotencyScope, idempotencyTtlMs, requestHash, ...fields } = insert;
    const key = idempotencyKey === null ? null : JSON.stringify([idempotencyScope, idempotencyKey]);
    const keyed = key === null ? undefined : this.#tables.jobOfKey(key);
    const known = keyed ?? this.#tables.jobs.get(insert.id);
    if (known !== undefined) {
      const same = requestHash !== null && this.#tables.extras.get(known.id)?.requestHash === requestHash;
      if (same) return { kind: "replayed", job: known };
      return { kind: keyed === undefined ? "id_conflict" : "key_conflict", jobId: known.id };
    }
    this.#tables.forget(insert.id);
    const now = new Date(this.#tables.clock.nowMs());
    this.#tables.extras.set(insert.id, {
      requestHash,
      idempotencyKey: key,
      keyExpiresAtMs: now.getTime() + (idempotencyTtlMs ?? Number.POSITIVE_INFINITY),
      events: [],
      prompts: [],
      steps: new Map(),
      wantsWorker: true,
      parkedBy: null,
      lease: undefined,
      reservation: undefined,
    });
    if (key !== null) this.#tables.idOfKey.set(key, insert.id);
    const job = this.#tables.write(newJob(structuredClone(fields), now), { kind: "created", data: {}, actor });
    return { kind: "inserted", job, started: startedBy && this.#tables.lease(job, startedBy) };
  }

  async find(id: string): Promise<Job | undefined> {
    return this.#tables.jobs.get(id);
  }

  async list(filter: JobFilter, limit: number, position?: ListPosition): Promise<Job[]> {
    const matches = [...this.#tables.jobs.values()].filter((job) => matchesFilter(job, filter));
    const older = position === undefined ? matches : matches.filter((job) => newestFirst(position, job) < 0);
    return older.sort(newestFirst).slice(0, limit);
  }

  async update(id: string, guarded: GuardedChange): Promise<WriteOutcome> {
    const current = this.#tables.jobs.get(id);
    const { allowedFrom, ifVersion, run, place, event, change } = guarded;
    const fits = (ifVersion ?? current?.version) === current?.version && (run === undefined || holds(current, run));
    if (current === undefined || !allowedFrom.includes(current.status) || !fits) return { kind: "refused", current };
    const now = new Date(this.#tables.clock.nowMs());
    const changed = changedJob(current, guarded, now);
    // A status that the job has already is no move.
    const moves = place !== undefined && change.status !== current.status;
    const job = moves ? this.#place(changed, current, place, now) : changed;
    if (isFinal(job.status)) this.#tables.closePrompts(id);
    const kind = change.status === current.status ? "updated" : event.kind;
    return { kind: "applied", job: this.#tables.write(job, { ...structuredClone(event), kind }) };
  }

  complete(completion: GuardedCompletion): Promise<WriteOutcome> {
    return this.update(completion.jobId, changeOfCompletion(completion));
  }

  async overdue(limit: number): Promise<string[]> {
    const nowMs = this.#tables.clock.nowMs();
    return [...this.#tables.jobs.values()]
      .filter(({ deadlineAt }) => deadlineAt !== null && deadlineAt.getTime() <= nowMs)
      .sort((a, b) => Number(a.deadlineAt) - Number(b.deadlineAt))
      .slice(0, limit)
      .map(({ id }) => id);
  }

  async delete(id: string, allowedFrom: readonly JobStatus[]): Promise<WriteOutcome> {
    const current = this.#tables.jobs.get(id);
    if (current === undefined || !allowedFrom.includes(current.status)) return { kind: "refused", current };
    this.#remove(id);
    return { kind: "applied", job: current };
  }

  async prune(retention: RetentionMs, limit: number, after?: ListPosition): Promise<PrunedBatch> {
    const nowMs = this.#tables.clock.nowMs();
    const due = [...this.#tables.jobs.values()]
      .filter((job) => isDue(job, retention, nowMs))
      .sort(newestFirst)
      .reverse();
    const batch = due.filter((job) => after === undefined || newestFirst(after, job) > 0).slice(0, limit);
    for (const { id } of batch) this.#remove(id);
    const pruned = batch.map(({ id, status }) => ({ id, status: status as FinalStatus }));
    return { pruned, next: batch.length === limit ? batch.at(-1) : undefined };
  }

  async prunable(retention: RetentionMs): Promise<PrunableJobs> {
    const nowMs = this.#tables.clock.nowMs();
    const due = [...this.#tables.jobs.values()].filter((job) => isDue(job, retention, nowMs));
    const counts = { completed: 0, failed: 0, cancelled: 0 };
    for (const { status } of due) counts[status as FinalStatus] += 1;
    const oldest = due.map(({ completedAt }) => Number(completedAt)).sort((a, b) => a - b);
    return { counts, oldestCompletedAt: oldest[0] === undefined ? null : new Date(oldest[0]) };
  }

  async events(id: string, afterVersion: number, limit: number): Promise<JobEvent[]> {
    const events = this.#tables.jobs.get(id) === undefined ? [] : (this.#tables.extras.get(id)?.events ?? []);
    return events.filter(({ version }) => version > afterVersion).slice(0, limit);
  }

  #remove(id: string): void {
    this.#tables.jobs.delete(id);
    this.#tables.forget(id);
  }

  /** Puts a job where it stands from now on. */
  #place(job: Job, { workerId }: Job, place: Place, now: Date): Job {
    const extras = this.#tables.extras.get(job.id);
    if (extras === undefined) return job;
    extras.lease = undefined;
    extras.parkedBy = null;
    if (place.in === "nowhere") {
      if (place.byHand) extras.wantsWorker = false;
      return { ...job, workerId: null, availableAt: null };
    }
    extras.wantsWorker = true;
    const availableAt = place.delayMs === undefined ? job.createdAt : new Date(now.getTime() + place.delayMs);
    this.#tables.reserve(job.id, place.parked ? workerId : null, availableAt);
    return { ...job, workerId: null, availableAt };
  }

  async stats(): Promise<JobStats> {
    const all = [...this.#tables.jobs.values()];
    const byStatus = Object.fromEntries(jobStatuses.map((status) => [status, 0])) as Record<JobStatus, number>;
    const byType = new Map<string, number>();
    for (const { status, type } of all) {
      byStatus[status] += 1;
      byType.set(type, (byType.get(type) ?? 0) + 1);
    }
    const ended = byStatus.completed + byStatus.failed + byStatus.cancelled;
    const tookMs = all.flatMap((job) => (job.status === "completed" ? [job.completedAt.getTime() - job.startedAt.getTime()] : []));
    return {
      estimated: false,
      total: all.length,
      byStatus,
      byType: [...byType].map(([type, total]) => ({ type, total })).sort((a, b) => b.total - a.total || a.type.localeCompare(b.type)),
      completionRate: ended === 0 ? null : byStatus.completed / ended,
      durations: tookMs.length === 0 ? null : durationsOf(tookMs.sort((a, b) => a - b)),
    };
  }
}

type NewFields = Omit<JobInsert, "actor" | "idempotencyKey" | "idempotencyScope" | "idempotencyTtlMs" | "requestHash">;

function newJob({ runAt, timeoutMs, ...fields }: NewFields, now: Date): Job {
  return {
    ...fields,
    deadlineAt: timeoutMs === null ? null : new Date(now.getTime() + timeoutMs),
    availableAt: runAt !== null && runAt > now ? runAt : now,
    run: 0,
    workerId: null,
    status: "pending",
    currentPhase: null,
    progressPercent: 0,
    progressMessage: null,
    result: null,
    error: null,
    errorStack: null,
    attempt: 1,
    version: 1,
    createdAt: now,
    updatedAt: now,
    startedAt: null,
    completedAt: null,
    durability: "memory",
  };
}

/** The job after a change that its guard allows. */
function changedJob(job: Job, { change, newAttempt = false }: GuardedChange, now: Date): Job {
  const { metadata, status = job.status, ...fields } = structuredClone(change);
  const given = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
  const attempt = job.attempt + 1;
  const maxAttempts = Math.max(job.maxAttempts, attempt);
  const fresh = newAttempt ? { attempt, maxAttempts, currentPhase: null, progressPercent: 0, progressMessage: null } : {};
  return {
    ...job,
    ...given,
    ...fresh,
    status,
    metadata: mergeMetadata(job.metadata, metadata),
    result: fields.result ?? null,
    error: fields.error ?? null,
    errorStack: fields.errorStack ?? null,
    version: job.version + 1,
    updatedAt: now,
    startedAt: status === "pending" ? null : status === "running" ? (job.startedAt ?? now) : job.startedAt,
    completedAt: isFinal(status) ? now : null,
    deadlineAt: isFinal(status) ? null : job.deadlineAt,
  } as Job;
}

function mergeMetadata(old: JsonObject, change: JsonObject = {}): JsonObject {
  return Object.fromEntries(Object.entries({ ...old, ...change }).filter(([key, value]) => value !== null || !Object.hasOwn(change, key)));
}

function matchesFilter(job: Job, { status, type, userId, tag, createdAfter, createdBefore }: JobFilter): boolean {
  return (
    (status === undefined || status.includes(job.status)) &&
    (type === undefined || job.type === type) &&
    (userId === undefined || job.userId === userId) &&
    (tag === undefined || job.tags.includes(tag)) &&
    (createdAfter === undefined || job.createdAt >= createdAfter) &&
    (createdBefore === undefined || job.createdAt < createdBefore)
  );
}

/** Whether a job ended longer ago than it is kept. */
function isDue({ status, completedAt }: Job, retention: RetentionMs, nowMs: number): boolean {
  const keptMs = isFinal(status) ? retention[status] : undefined;
  return keptMs !== undefined && completedAt !== null && completedAt.getTime() <= nowMs - keptMs;
}

/** By creation, then by id, so that jobs of one millisecond have an order too. */
function newestFirst(a: ListPosition, b: ListPosition): number {
  return b.createdAt.getTime() - a.createdAt.getTime() || (a.id < b.id ? 1 : a.id > b.id ? -1 : 0);
}

/** As PostgreSQL's `percentile_cont` does it, so that both engines report the same. */
function durationsOf(sortedMs: readonly number[]) {
  const at = (fraction: number) => {
    const position = fraction * (sortedMs.length - 1);
    const below = sortedMs[Math.floor(position)] ?? 0;
    const above = sortedMs[Math.ceil(position)] ?? 0;
    return below + (above - below) * (position - Math.floor(position));
  };
  return { averageMs: sortedMs.reduce((sum, ms) => sum + ms, 0) / sortedMs.length, p50Ms: at(0.5), p95Ms: at(0.95) };
}
