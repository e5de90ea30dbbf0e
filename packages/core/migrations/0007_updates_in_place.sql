-- A job's status changes twice in every life. As a column of an index it made each of these updates write the job
-- into all indexes anew; now both stay in the job's page (HOT), and its old versions are cleaned on the way, without
-- waiting for vacuum. What remains to be listed by status are jobs that neither the queue nor a worker has: those that wait
-- for a person, were moved by hand, failed or were cancelled. The others are found by `job_queue` and `job_leases`, and
-- completed jobs, nearly all, in the order of creation.
--
-- Generated, so that the release before this one fills it, too. It is null from the creation to the completion of
-- a job that a worker does. The column writes the table anew, once, while nobody uses it: before the new fill
-- factor, so that jobs that do not change any more stay close together.
alter table jobs add column resting_status text generated always as (
  case when status <> 'completed' and available_at is null and worker_id is null then status end
) stored;

-- A claim writes all jobs of a page at once: it needs a second place for each. The completion finds the first ones free again.
alter table jobs set (fillfactor = 50);

drop index if exists jobs_not_completed;
-- The last columns are for lists with several filters, which read no job then that does not fit. In a collation of their own,
-- which a list names: a condition on them is then none of the index that begins with the same column, which the planner
-- would take when it thinks that few jobs have both.
create index jobs_resting on jobs (resting_status, created_at, id, type collate "C", user_id collate "C") where resting_status is not null;
