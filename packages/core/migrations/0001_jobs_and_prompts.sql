-- The record of every job. Ids are made by the caller (UUIDv7 by default), so an insert can be
-- repeated without harm. Only columns that never change are indexed: updates stay HOT.
create table jobs (
  id                uuid primary key,
  type              text not null,
  status            text not null check (status in ('pending', 'running', 'pending_hitl', 'completed', 'failed', 'cancelled')),
  user_id           text,
  task_description  text not null,
  input             jsonb not null,
  user_context      jsonb not null,
  metadata          jsonb not null,
  tags              text[] not null,
  current_phase     text,
  progress_percent  double precision not null check (progress_percent between 0 and 100),
  progress_message  text,
  result            jsonb,
  error             text,
  error_stack       text,
  attempt           integer not null,
  version           integer not null,
  idempotency_key   text,
  request_hash      text,
  created_at        timestamptz(3) not null,
  updated_at        timestamptz(3) not null,
  started_at        timestamptz(3),
  completed_at      timestamptz(3)
) with (fillfactor = 85);

create unique index jobs_idempotency_key on jobs (idempotency_key) where idempotency_key is not null;

-- Lists run newest first, a page at a time.
create index jobs_created on jobs (created_at, id);

-- The history: exactly one row for every version of a job. `write_id` names the write that made
-- it, so that a write whose reply was lost can be looked up. No foreign key: checking one on
-- every event would slow the hot path, and a job and its events are deleted together.
create table job_events (
  job_id    uuid not null,
  version   integer not null,
  kind      text not null,
  data      jsonb not null,
  actor     text not null,
  via       text not null,
  write_id  uuid not null,
  at        timestamptz(3) not null,
  primary key (job_id, version)
);

-- One question to a person. An open prompt means that its job is pending_hitl, and the other
-- way round: both change in one transaction that holds the job's row lock.
create table prompts (
  id                uuid primary key,
  job_id            uuid not null references jobs (id) on delete cascade,
  type              text not null,
  title             text,
  body              text,
  data              jsonb not null,
  status            text not null check (status in ('open', 'answered', 'closed')),
  response          jsonb,
  response_key      text,
  response_outcome  text,
  responded_by      text,
  responded_via     text,
  responded_at      timestamptz(3),
  created_at        timestamptz(3) not null,
  closed_at         timestamptz(3)
);

create index prompts_job on prompts (job_id);

-- The inbox: what waits for a person, oldest first.
create index prompts_open on prompts (created_at, id) where status = 'open';
