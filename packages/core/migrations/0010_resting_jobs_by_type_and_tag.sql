-- Lists of failed, cancelled and waiting jobs of a type or with a tag. By status alone, what is looked for may be one entry in
-- thousands; by tag alone, one of its jobs in sixty. Neither index has an entry for a job that a worker
-- takes from its creation to its completion. Both begin with an expression, so that no other index has a part of their order. What
-- that of jobs is of is included: the planner would else think that it has to read the jobs for it.
create index if not exists jobs_resting_type on jobs ((resting_status || ' ' || type), created_at, id, user_id collate "C")
include (resting_status, type) where resting_status is not null;

alter table job_tags add column if not exists resting_status text;

-- By triggers, as the table of tags itself: whatever changes a job, of this release or of the one before.
create or replace function skill_fleet_tag_job() returns trigger language plpgsql as $$
begin
  insert into job_tags (tag, created_at, job_id, type, user_id, resting_status)
  select tag, new.created_at, new.id, new.type, new.user_id, new.resting_status
  from unnest(new.tags) with ordinality as tagged (tag, place)
  -- A tag that a job has twice is listed once; to look for conflicts would look twice into the index.
  where place = array_position(new.tags, tag);
  return null;
end $$;

-- As the job stands now: another trigger may have changed it since the update that this one is called for.
create or replace function skill_fleet_rest_tags() returns trigger language plpgsql as $$
begin
  update job_tags t set resting_status = j.resting_status
  from jobs j
  where j.id = new.id and t.tag = any (new.tags) and t.created_at = new.created_at and t.job_id = new.id;
  return null;
end $$;

create or replace trigger jobs_rest_with_tags after update on jobs for each row
when (old.resting_status is distinct from new.resting_status and new.tags <> '{}')
execute function skill_fleet_rest_tags();

-- Since the trigger is there writers wait, so that no job is missed.
update job_tags t set resting_status = j.resting_status
from jobs j cross join unnest(j.tags) as tagged (tag)
where j.resting_status is not null and t.tag = tagged.tag and t.created_at = j.created_at and t.job_id = j.id;

create index if not exists job_tags_resting on job_tags ((resting_status || ' ' || tag), created_at, job_id, type, user_id)
where resting_status is not null;
