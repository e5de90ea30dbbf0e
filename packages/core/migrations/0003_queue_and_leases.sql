-- Workers. A job stands in `job_queue` while it wants one, and in `job_leases` while one has it; a job
-- that waits for a person, is moved by hand, or has ended stands in neither. Every new column of
-- `jobs` has a default, so that the release before this one goes on writing.
alter table jobs
  add column priority                smallint not null default 0,
  add column max_attempts            integer not null default 5,
  add column attempt_timeout_ms      double precision,
  add column deadline_at             timestamptz(3),
  -- The place in the queue, repeated here so that whoever holds the job's lock finds the queue's row.
  add column available_at            timestamptz(3),
  -- Grows with every claim and never goes back: the fence of a worker's writes.
  add column run                     integer not null default 0,
  add column worker_id               text,
  -- The worker that has the handler of a waiting job in memory.
  add column parked_by               text,
  add column wants_worker            boolean not null default false,
  add column idempotency_scope       text not null default '',
  add column idempotency_expires_at  timestamptz(3);

alter table jobs alter column wants_worker set default true;

-- Only jobs with a time limit are in this index, and only until they end: the updates of others stay HOT.
create index jobs_deadline on jobs (deadline_at) where deadline_at is not null;

drop index jobs_idempotency_key;
create unique index jobs_idempotency_key on jobs (idempotency_scope, idempotency_key) where idempotency_key is not null;

-- The key is the order of claiming: a claim reads from the front and never sorts. Narrow and always
-- short-lived rows, so vacuum comes early and without a pause.
create table job_queue (
  type            text not null,
  priority        smallint not null,
  available_at    timestamptz(3) not null,
  job_id          uuid not null,
  -- The worker for which the row is kept until this instant, because it has the job's handler in memory.
  worker_id       text,
  reserved_until  timestamptz(3)
) with (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_cost_delay = 0);

create unique index job_queue_order on job_queue (type, priority desc, available_at, job_id);

-- `claim` is the number that the worker gave to the claim: it tells leases whose reply was lost.
create table job_leases (
  worker_id    text not null,
  job_id       uuid not null,
  run          integer not null,
  claim        bigint not null,
  deadline_at  timestamptz(3),
  primary key (worker_id, job_id)
) with (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_cost_delay = 0);

-- One row a worker and one heartbeat a worker, however many jobs it has.
create table workers (
  id             text primary key,
  types          text[] not null,
  registered_at  timestamptz(3) not null,
  beat_at        timestamptz(3) not null
) with (fillfactor = 50);

-- What handlers have stored: outputs of finished steps, ends of sleeps, the last checkpoint.
create table job_steps (
  job_id  uuid not null references jobs (id) on delete cascade,
  kind    text not null check (kind in ('step', 'sleep', 'checkpoint')),
  name    text not null,
  output  jsonb not null,
  at      timestamptz(3) not null,
  primary key (job_id, kind, name)
);

update jobs set wants_worker = true, available_at = created_at where status = 'pending';
insert into job_queue (type, priority, available_at, job_id)
select type, priority, available_at, id from jobs where status = 'pending';

-- jsonb forgets the order of a schema's properties: that in which whoever shows it asks them.
alter table prompts alter column response_schema type json;
