-- Of a table that has next to no pages the planner thinks best to read all, also to find one row. A connection keeps the plan until
-- statistics are gathered, while thousands of jobs come: each is then looked for in all of them, and rows are locked in the
-- order in which they lie and not in the one that keeps two statements from a deadlock. So no table has so few pages, neither
-- when it is young nor when it has emptied, as the queue and the leases do all the time: each is given some, and
-- vacuum gives none back. That also spares them the lock that giving back takes.
alter table jobs set (vacuum_truncate = off);
alter table job_queue set (vacuum_truncate = off);
alter table job_leases set (vacuum_truncate = off);
alter table job_events set (vacuum_truncate = off);
alter table job_steps set (vacuum_truncate = off);
alter table prompts set (vacuum_truncate = off);

-- Nobody ever sees these rows: they are gone in the transaction that they come in. No job has an empty type, or was created in 1970.
insert into jobs (
  id, type, status, task_description, input, user_context, metadata, tags, progress_percent, attempt, version, created_at, updated_at, completed_at
)
select gen_random_uuid(), '', 'completed', '', 'null', '{}', '{}', '{}', 100, 1, 1, 'epoch', 'epoch', 'epoch' from generate_series(1, 2000);

insert into job_queue (type, priority, available_at, job_id)
select type, priority, created_at, id from jobs where type = '' and created_at = 'epoch';
insert into job_leases (worker_id, job_id, run, claim)
select '', id, 0, 0 from jobs where type = '' and created_at = 'epoch';
insert into job_events (job_id, version, kind, data, actor, via, write_id, at)
select id, version, '', '{}', '', '', id, created_at from jobs where type = '' and created_at = 'epoch';
insert into job_steps (job_id, kind, name, output, at)
select id, 'step', '', 'null', created_at from jobs where type = '' and created_at = 'epoch';
insert into prompts (id, job_id, type, data, status, created_at)
select id, id, '', 'null', 'closed', created_at from jobs where type = '' and created_at = 'epoch';

delete from job_queue where type = '';
delete from job_leases where worker_id = '';
delete from job_events where job_id in (select id from jobs where type = '' and created_at = 'epoch');
-- Steps and prompts go with their job.
delete from jobs where type = '' and created_at = 'epoch';
