import type { Job } from "../jobs/job.ts";
import type { JobInsert } from "../jobs/job-repository.ts";
import type { JsonObject } from "../json.ts";
import type { LeasedJob } from "../leases/lease.ts";
import type { Claim } from "../leases/lease-repository.ts";
import type { Statement } from "./database.ts";

/**
 * Inserts many jobs, each with its first event and its place in the queue, and returns those that were new. One that a claim waits
 * for, its `worker_id` says which, begins at once: it has its second event, too, and a lease instead of the place.
 *
 * Rows go in in one order, so that two such statements with the same keys never deadlock.
 * `$1`: JSON array of {@link encodeInsert}. `$2`: the time, or null for the database's own.
 */
export const insertJobs: Statement = {
  name: "insert_jobs",
  text: `
    with clock as materialized (
      select coalesce($2::timestamptz, clock_timestamp())::timestamptz(3) as at
    ),
    input as materialized (
      select * from json_to_recordset($1::json) as i (
        id uuid, type text, user_id text, task_description text, input jsonb, user_context jsonb, metadata jsonb,
        tags text[], priority smallint, run_at timestamptz(3), max_attempts integer, attempt_timeout_ms double precision,
        timeout_ms double precision, idempotency_scope text, idempotency_key text, idempotency_ttl_ms double precision,
        request_hash text, actor text, via text, write_id uuid,
        worker_id text, claim bigint, claim_actor text, claim_via text
      )
    ),
    inserted as (
      insert into jobs (
        id, type, status, user_id, task_description, input, user_context, metadata, tags, progress_percent,
        attempt, version, idempotency_scope, idempotency_key, request_hash, created_at, updated_at,
        priority, max_attempts, attempt_timeout_ms, available_at, deadline_at, idempotency_expires_at,
        run, worker_id, started_at
      )
      select
        id, type, case when worker_id is null then 'pending' else 'running' end, user_id, coalesce(task_description, ''), coalesce(input, 'null'),
        coalesce(user_context, '{}'), coalesce(metadata, '{}'), coalesce(tags, '{}'), 0,
        1, case when worker_id is null then 1 else 2 end, coalesce(idempotency_scope, ''), idempotency_key, request_hash, at, at,
        priority, max_attempts, attempt_timeout_ms, case when worker_id is null then greatest(at, run_at) end,
        at + timeout_ms * interval '1 millisecond', at + idempotency_ttl_ms * interval '1 millisecond',
        case when worker_id is null then 0 else 1 end, worker_id, case when worker_id is not null then at end
      from input, clock
      order by coalesce(idempotency_scope, ''), idempotency_key, id
      on conflict do nothing
      returning id, type, priority, attempt_timeout_ms, available_at, worker_id, created_at
    ),
    queued as (
      insert into job_queue (type, priority, available_at, job_id)
      select type, priority, available_at, id from inserted where available_at is not null
    ),
    leased as (
      insert into job_leases (worker_id, job_id, run, claim, deadline_at)
      select n.worker_id, n.id, 1, i.claim, n.created_at + n.attempt_timeout_ms * interval '1 millisecond'
      from inserted n join input i using (id)
      where n.worker_id is not null
    ),
    events as (
      insert into job_events (job_id, version, kind, data, actor, via, write_id, at)
      select id, 1, 'created', '{}', actor, via, write_id, created_at from inserted join input using (id)
      union all
      select
        id, 2, 'started', jsonb_build_object('workerId', n.worker_id, 'run', 1, 'attempt', 1), i.claim_actor, i.claim_via, i.write_id, n.created_at
      from inserted n join input i using (id)
      where n.worker_id is not null
    )
    select id, created_at from inserted`,
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
