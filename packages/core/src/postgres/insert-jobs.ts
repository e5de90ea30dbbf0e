import type { Job } from "../jobs/job.ts";
import type { JobInsert } from "../jobs/job-repository.ts";
import type { JsonObject } from "../json.ts";
import type { LeasedJob } from "../leases/lease.ts";
import type { Claim } from "../leases/lease-repository.ts";
import type { Statement } from "./database.ts";

/** What tells the statements apart that insert jobs. */
interface Placing {
  /** What they read of each job beside the rest. */
  readonly more?: string;
  /** The values of `status`, `version`, `run`, `worker_id`, `available_at` and `started_at`. */
  readonly standing: string;
  /** Writes where the jobs stand, from `inserted`. */
  readonly place: string;
  /** Selects the events. */
  readonly events: string;
}

function inserting({ more = "", standing, place, events }: Placing): string {
  return `
    with clock as materialized (
      select coalesce($2::timestamptz, clock_timestamp())::timestamptz(3) as at
    ),
    input as materialized (
      select * from json_to_recordset($1::json) as i (
        id uuid, type text, user_id text, task_description text, input jsonb, user_context jsonb, metadata jsonb,
        tags text[], priority smallint, run_at timestamptz(3), max_attempts integer, attempt_timeout_ms double precision,
        timeout_ms double precision, idempotency_scope text, idempotency_key text, idempotency_ttl_ms double precision,
        request_hash text, actor text, via text, write_id uuid${more}
      )
    ),
    inserted as (
      insert into jobs (
        id, type, user_id, task_description, input, user_context, metadata, tags, progress_percent,
        attempt, idempotency_scope, idempotency_key, request_hash, created_at, updated_at,
        priority, max_attempts, attempt_timeout_ms, deadline_at, idempotency_expires_at,
        status, version, run, worker_id, available_at, started_at
      )
      select
        id, type, user_id, coalesce(task_description, ''), coalesce(input, 'null'),
        coalesce(user_context, '{}'), coalesce(metadata, '{}'), coalesce(tags, '{}'), 0,
        1, coalesce(idempotency_scope, ''), idempotency_key, request_hash, at, at,
        priority, max_attempts, attempt_timeout_ms,
        at + timeout_ms * interval '1 millisecond', at + idempotency_ttl_ms * interval '1 millisecond',
        ${standing}
      from input, clock
      on conflict do nothing
      returning id, type, priority, available_at, created_at
    ),
    ${place},
    events as (
      insert into job_events (job_id, version, kind, data, actor, via, write_id, at)
      ${events}
    )
    select id, created_at from inserted`;
}

/**
 * Inserts many jobs, each with its first event and its place in the queue, and returns those that were new.
 *
 * `$1`: JSON array of {@link encodeInsert}, {@link inOneOrder}. `$2`: the time, or null for the database's own.
 */
export const insertJobs: Statement = {
  name: "insert_jobs",
  text: inserting({
    standing: "'pending', 1, 0, null, greatest(at, run_at), null",
    place: `queued as (
      insert into job_queue (type, priority, available_at, job_id)
      select type, priority, available_at, id from inserted
    )`,
    events: "select id, 1, 'created', '{}'::jsonb, actor, via, write_id, created_at from inserted join input using (id)",
  }),
};

/**
 * As {@link insertJobs}, for claims that wait: each job that is new starts at once, with its second event, and a lease instead of
 * the place. A statement of its own, because each part that a statement has takes its time, also when it writes nothing.
 */
export const insertStartedJobs: Statement = {
  name: "insert_started_jobs",
  text: inserting({
    more: ", worker_id text, claim bigint, claim_actor text, claim_via text",
    standing: "'running', 2, 1, worker_id, null, at",
    place: `started as materialized (
      select i.*, n.created_at from inserted n join input i using (id)
    ),
    leased as (
      insert into job_leases (worker_id, job_id, run, claim, deadline_at)
      select worker_id, id, 1, claim, created_at + attempt_timeout_ms * interval '1 millisecond' from started
    )`,
    events: `select id, 1, 'created', '{}'::jsonb, actor, via, write_id, created_at from started
      union all
      select
        id, 2, 'started', jsonb_build_object('workerId', worker_id, 'run', 1, 'attempt', 1), claim_actor, claim_via, write_id, created_at
      from started`,
  }),
};

export interface InsertedRow {
  readonly id: string;
  readonly created_at: Date;
}

/**
 * One element of the statement's `$1`. What is null or empty is left out: most of a job is, and the
 * database takes its time to read each field.
 */
export function encodeInsert(job: JobInsert, writeId: string, startedBy: Claim | undefined): object {
  return {
    id: job.id,
    type: job.type,
    user_id: job.userId ?? undefined,
    task_description: job.taskDescription || undefined,
    input: job.input ?? undefined,
    user_context: unlessEmpty(job.userContext),
    metadata: unlessEmpty(job.metadata),
    tags: job.tags.length === 0 ? undefined : job.tags,
    priority: job.priority,
    run_at: job.runAt ?? undefined,
    max_attempts: job.maxAttempts,
    attempt_timeout_ms: job.attemptTimeoutMs ?? undefined,
    timeout_ms: job.timeoutMs ?? undefined,
    idempotency_scope: job.idempotencyScope || undefined,
    idempotency_key: job.idempotencyKey ?? undefined,
    idempotency_ttl_ms: job.idempotencyTtlMs ?? undefined,
    request_hash: job.requestHash ?? undefined,
    actor: job.actor.id,
    via: job.actor.via,
    write_id: writeId,
    worker_id: startedBy?.workerId,
    claim: startedBy?.claim,
    claim_actor: startedBy?.actor.id,
    claim_via: startedBy?.actor.via,
  };
}

/** The order in which rows go in, the same for all statements, so that two with the same keys or ids never deadlock. */
export function inOneOrder(a: JobInsert, b: JobInsert): number {
  return compare(a.idempotencyScope, b.idempotencyScope) || compare(a.idempotencyKey ?? "", b.idempotencyKey ?? "") || compare(a.id, b.id);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

function unlessEmpty(object: JsonObject): JsonObject | undefined {
  return Object.keys(object).length === 0 ? undefined : object;
}

/** The job that an insert made: what was asked for, and the instant that the database gave it. */
export function insertedJob(job: JobInsert, createdAt: Date): Job {
  return {
    id: job.id,
    type: job.type,
    status: "pending",
    userId: job.userId,
    taskDescription: job.taskDescription,
    input: job.input,
    userContext: job.userContext,
    metadata: job.metadata,
    tags: job.tags,
    currentPhase: null,
    progressPercent: 0,
    progressMessage: null,
    result: null,
    error: null,
    errorStack: null,
    priority: job.priority,
    attempt: 1,
    maxAttempts: job.maxAttempts,
    attemptTimeoutMs: job.attemptTimeoutMs,
    deadlineAt: job.timeoutMs === null ? null : new Date(createdAt.getTime() + job.timeoutMs),
    availableAt: job.runAt !== null && job.runAt > createdAt ? job.runAt : createdAt,
    run: 0,
    workerId: null,
    version: 1,
    createdAt,
    updatedAt: createdAt,
    startedAt: null,
    completedAt: null,
    durability: "database",
  };
}

/** What a claim makes of a job in the write that inserts it. */
export function startedJob(job: Job, { workerId }: Claim): Job & LeasedJob {
  return { ...job, status: "running", availableAt: null, run: 1, workerId, version: 2, startedAt: job.createdAt } as Job & LeasedJob;
}
