/*
 * The statements of the release before the queue, word for word: what its instances go on sending while
 * they are replaced one by one. Do not repair them.
 */

/** `$1`: an array of jobs. `$2`: the time, or null. */
export const insertJobs = `
with clock as materialized (
  select coalesce($2::timestamptz, clock_timestamp())::timestamptz(3) as at
),
input as materialized (
  select * from json_to_recordset($1::json) as i (
    id uuid, type text, user_id text, task_description text, input jsonb, user_context jsonb, metadata jsonb,
    tags text[], idempotency_key text, request_hash text, actor text, via text, write_id uuid
  )
),
inserted as (
  insert into jobs (
    id, type, status, user_id, task_description, input, user_context, metadata, tags, progress_percent,
    attempt, version, idempotency_key, request_hash, created_at, updated_at
  )
  select
    id, type, 'pending', user_id, task_description, coalesce(input, 'null'), user_context, metadata, tags, 0,
    1, 1, idempotency_key, request_hash, at, at
  from input, clock
  order by idempotency_key, id
  on conflict do nothing
  returning id, created_at
),
events as (
  insert into job_events (job_id, version, kind, data, actor, via, write_id, at)
  select id, 1, 'created', '{}', actor, via, write_id, created_at from inserted join input using (id)
)
select id, created_at from inserted`;

/** `$1`: an array of changes. `$2`: the time, or null. */
export const updateJobs = `
with clock as materialized (
  select coalesce($2::timestamptz, clock_timestamp())::timestamptz(3) as at
),
input as materialized (
  select * from json_to_recordset($1::json) as i (
    id uuid, allowed_from text[], if_version bigint, fields text[], new_attempt boolean,
    status text, current_phase text, progress_percent double precision, progress_message text,
    result jsonb, error text, error_stack text, metadata_set jsonb, metadata_unset text[],
    kind text, data jsonb, actor text, via text, write_id uuid
  )
),
locked as materialized (
  select j.id, j.status as was
  from jobs j join input i using (id)
  where j.status = any (i.allowed_from) and (i.if_version is null or i.if_version = j.version)
  order by j.id
  for update of j
),
updated as (
  update jobs j set
    status = coalesce(i.status, j.status),
    current_phase = case when i.new_attempt then null when 'currentPhase' = any (i.fields) then i.current_phase else j.current_phase end,
    progress_percent = case when i.new_attempt then 0 else coalesce(i.progress_percent, j.progress_percent) end,
    progress_message = case when i.new_attempt then null when 'progressMessage' = any (i.fields) then i.progress_message else j.progress_message end,
    result = i.result,
    error = i.error,
    error_stack = i.error_stack,
    metadata = (j.metadata || i.metadata_set) - i.metadata_unset,
    attempt = j.attempt + i.new_attempt::integer,
    version = j.version + 1,
    updated_at = greatest(at, j.updated_at),
    started_at = case when i.status = 'pending' then null when i.status = 'running' then coalesce(j.started_at, at) else j.started_at end,
    completed_at = case when i.status in ('completed', 'failed', 'cancelled') then greatest(at, j.updated_at) end
  from locked l join input i using (id), clock
  where j.id = l.id
  returning j.*, l.was
),
events as (
  insert into job_events (job_id, version, kind, data, actor, via, write_id, at)
  select u.id, u.version, case when u.status = u.was then 'updated' else i.kind end, i.data, i.actor, i.via, i.write_id, u.updated_at
  from updated u join input i using (id)
)
select * from updated`;

/** Moves the job of a prompt. `$1`: the job, `$2`: where to, `$3`: the time, or null, `$4` to `$8`: the event, `$9`: an error. */
export const moveJob = `
with moved as (
  update jobs set
    status = $2, version = version + 1,
    updated_at = greatest(updated_at, coalesce($3::timestamptz, now())),
    started_at = coalesce(started_at, $3::timestamptz, now()),
    error = $9,
    completed_at = case when $2 = 'failed' then greatest(updated_at, coalesce($3::timestamptz, now())) end
  where id = $1
  returning *
),
event as (
  insert into job_events (job_id, version, kind, data, actor, via, write_id, at)
  select id, version, $4, $5::jsonb, $6, $7, $8::uuid, updated_at from moved
)
select * from moved`;

export const insertPrompt = `
insert into prompts (
  id, job_id, key, type, title, body, data, response_schema, digest, assignee, due_at, on_expire,
  round, status, created_at, expires_at
)
select
  $1, $2, $3, $4, $5, $6, $7::jsonb, $8::jsonb, $9, $10, $11::timestamptz, $12::jsonb,
  1 + coalesce((select max(round) from prompts where job_id = $2 and key = $3), 0),
  'open', at, at + $13::float8 * interval '1 millisecond'
from (select coalesce($14::timestamptz, now()) as at) clock
returning *`;

export const answerPrompt = `
update prompts set
  status = 'answered', response = $2::jsonb, response_key = $3, responded_by = $4, responded_via = $5,
  responded_at = coalesce($6::timestamptz, now()), response_outcome = $7
where id = $1`;

export const revisePrompt = `
update prompts set
  title = $2, body = $3, data = $4::jsonb, response_schema = $5::jsonb, digest = $6,
  assignee = $7, due_at = $8::timestamptz,
  expires_at = case when $9 then coalesce($12::timestamptz, now()) + $10::float8 * interval '1 millisecond' else expires_at end,
  on_expire = $11::jsonb, revision = revision + 1
where id = $1
returning *`;

/** Deletes a job whose lock the transaction holds: its history, then itself. */
export const deleteJob = ["delete from job_events where job_id = $1", "delete from jobs where id = $1"] as const;
