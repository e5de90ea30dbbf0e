-- What the index of resting jobs by tag begins with, as a column: of an expression the planner thinks that it has to read
-- the table. A look at how far a thousand entries reach now reads pages of the index, and not one of the table for each
-- entry. To include what the expression is made of, as that of jobs does, would have the tag twice: too long for an index.
alter table job_tags add column if not exists resting_tag text generated always as (resting_status || ' ' || tag) stored;

create index if not exists job_tags_resting_tag on job_tags (resting_tag, created_at, job_id, type, user_id) where resting_tag is not null;
drop index if exists job_tags_resting;
