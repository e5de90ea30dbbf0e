-- Lists of many jobs: each filter with the order of the list, newest first. Before, a list read the jobs in that
-- order until it had found a page of those that it wanted, and all of them when there were not that many.
--
-- On a large table in use, make these beforehand with `create index concurrently`, which lets writers go on.
create index if not exists jobs_type on jobs (type, created_at, id);
create index if not exists jobs_user on jobs (user_id, created_at, id) where user_id is not null;

-- An index of an array has no order: a page is sorted out of all jobs with the tag, or found in the order of creation
-- when those are many. Without a list of what is still to be sorted in, which each search would have to read.
create index if not exists jobs_tags on jobs using gin (tags) with (fastupdate = off) where tags <> '{}';

-- The status is the only indexed column that changes in the life of every job: an update that changes it is no HOT one.
-- Completed jobs, nearly all, are left out: whoever wants them meets them soon in the order of creation. The last
-- columns are for lists with several filters, which read no job then that does not fit.
create index if not exists jobs_not_completed on jobs (status, created_at, id, type, user_id) where status <> 'completed';
