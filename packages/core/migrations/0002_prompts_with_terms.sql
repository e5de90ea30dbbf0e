-- What a prompt promises beyond its question: the schema that a response must fit, what stands for
-- what the person saw, who should answer by when, and what happens when nobody does. Every new
-- column has a default, so that the release before this one goes on writing. The schema is json, not
-- jsonb, which would forget the order of its properties: that in which whoever shows it asks them.
alter table prompts
  add column key              text,
  add column round            integer not null default 1,
  add column response_schema  json,
  add column digest           text not null default '',
  add column revision         integer not null default 1,
  add column assignee         text,
  add column due_at           timestamptz(3),
  add column expires_at       timestamptz(3),
  add column on_expire        jsonb not null default '"fail"';

alter table prompts
  drop constraint prompts_status_check,
  add constraint prompts_status_check check (status in ('open', 'answered', 'expired', 'withdrawn', 'closed'));

-- Asking the same question again finds it: one open prompt for each key of a job.
create unique index prompts_open_key on prompts (job_id, key) where status = 'open' and key is not null;

-- The inbox: what is due first, then what has waited longest.
drop index prompts_open;
create index prompts_inbox on prompts (coalesce(due_at, 'infinity'::timestamptz), created_at, id) where status = 'open';

-- The deadlines that are to come, for the sweep.
create index prompts_deadline on prompts (expires_at, id) where status = 'open' and expires_at is not null;
