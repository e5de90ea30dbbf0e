-- Lists by tag, newest first: an index of an array has no order, so a page was sorted out of all jobs with the tag. The last
-- columns are for lists with several filters, which read no job then that does not fit. No foreign key, which
-- each insert would look up; nothing of what stands here changes in the life of a job.
create table if not exists job_tags (
  tag         text not null,
  created_at  timestamptz(3) not null,
  job_id      uuid not null,
  type        text not null,
  user_id     text
);

create unique index if not exists job_tags_order on job_tags (tag, created_at, job_id, type, user_id) nulls not distinct;

-- By triggers, so that the release before this one fills it, too. A job without tags costs that a condition is looked at.
create or replace function skill_fleet_tag_job() returns trigger language plpgsql as $$
begin
  insert into job_tags (tag, created_at, job_id, type, user_id)
  select tag, new.created_at, new.id, new.type, new.user_id
  from unnest(new.tags) with ordinality as tagged (tag, place)
  -- A tag that a job has twice is listed once; to look for conflicts would look twice into the index.
  where place = array_position(new.tags, tag);
  return null;
end $$;

create or replace trigger jobs_insert_with_tags after insert on jobs for each row
when (new.tags <> '{}')
execute function skill_fleet_tag_job();

create or replace function skill_fleet_forget_tags() returns trigger language plpgsql as $$
begin
  delete from job_tags where tag = any (old.tags) and created_at = old.created_at and job_id = old.id;
  return null;
end $$;

create or replace trigger jobs_delete_with_tags after delete on jobs for each row
when (old.tags <> '{}')
execute function skill_fleet_forget_tags();

-- Since the triggers are there writers wait, so that no job is missed.
insert into job_tags (tag, created_at, job_id, type, user_id)
select tag, created_at, id, type, user_id from jobs, unnest(tags) as tag
where tags <> '{}'
order by tag, created_at, id
on conflict do nothing;

drop index if exists jobs_tags;

-- With the type of each job, for lists of a user's jobs of a type.
create index if not exists jobs_user_type on jobs (user_id, created_at, id, type collate "C") where user_id is not null;
drop index if exists jobs_user;

-- The inbox, with what is asked of a prompt most often.
create index if not exists prompts_inbox_of on prompts (coalesce(due_at, 'infinity'::timestamptz), created_at, id, type, assignee) where status = 'open';
drop index if exists prompts_inbox;
