-- Lists of many jobs: each filter with the order of the list, newest first. Before, a list read the jobs in that
-- order until it had found a page of those that it wanted, and all of them when there were not that many.
--
-- On a large table in use, make these beforehand with `create index concurrently`, which lets writers go on.
create index if not exists jobs_type on jobs (type, created_at, id);
create index if not exists jobs_user on jobs (user_id, created_at, id) where user_id is not null;

-- The status is the only column with an index that changes in every job's life: an update that changes it is no HOT one.
-- Those that are completed, nearly all, are left out: whatever reads jobs in the order of creation meets them soon.
create index if not exists jobs_not_completed on jobs (status, created_at, id) where status <> 'completed';
