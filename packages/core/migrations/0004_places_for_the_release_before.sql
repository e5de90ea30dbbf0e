-- The release before the queue goes on writing while its instances are replaced, and moves jobs without
-- giving them a place or taking it away: its new jobs would stand in no queue, and those that it starts
-- by hand, ends or deletes would stay in one. These triggers do it in that release's own transactions.
--
-- A statement of this release never meets a condition, so it costs that the condition is looked at;
-- `npx -y pnpm bench:scaling` compares a database with and without. Triggers run after the row and
-- not before it, because before it PostgreSQL would lock the old row first. A sweep in their place would have
-- to find pending jobs without a place: by an index over columns that every move changes, or by reading all jobs.
create or replace function skill_fleet_place_job() returns trigger language plpgsql as $$
declare
  by_hand constant boolean := old.status = 'pending' and new.status = 'running';
  place constant timestamptz(3) := case
    when new.status = 'pending' then coalesce(new.available_at, new.created_at)
    -- Its last prompt has been answered, and it wants a worker.
    when new.status = 'running' and not by_hand then new.created_at
  end;
begin
  if tg_op = 'UPDATE' then
    delete from job_queue where type = old.type and priority = old.priority and available_at = old.available_at and job_id = old.id;
    delete from job_leases where worker_id = old.worker_id and job_id = old.id;
  end if;
  update jobs set
    available_at = place, worker_id = null, parked_by = null,
    wants_worker = place is not null or (wants_worker and by_hand is not true),
    deadline_at = case when status in ('pending', 'running', 'pending_hitl') then deadline_at end
  where id = new.id;
  insert into job_queue (type, priority, available_at, job_id) select new.type, new.priority, place, new.id where place is not null;
  return null;
end $$;

create trigger jobs_insert_without_place after insert on jobs for each row
when (new.status = 'pending' and new.available_at is null)
execute function skill_fleet_place_job();

create trigger jobs_move_without_place after update on jobs for each row
when (new.status <> old.status and case
  when new.status = 'pending' then new.available_at is null or new.worker_id is not null
  when new.status = 'running' and old.status = 'pending' then new.available_at is not null and new.worker_id is null
  when new.status = 'running' then old.status = 'pending_hitl' and new.wants_worker and new.available_at is null and new.worker_id is null
  when new.status = 'pending_hitl' then new.available_at is not null or new.worker_id is not null
  else new.available_at is not null or new.worker_id is not null or new.deadline_at is not null
end)
execute function skill_fleet_place_job();

create or replace function skill_fleet_forget_place() returns trigger language plpgsql as $$
begin
  delete from job_queue where type = old.type and priority = old.priority and available_at = old.available_at and job_id = old.id;
  delete from job_leases where worker_id = old.worker_id and job_id = old.id;
  return null;
end $$;

create trigger jobs_delete_with_place after delete on jobs for each row
when (old.available_at is not null or old.worker_id is not null)
execute function skill_fleet_forget_place();

-- What that release has done between the migration before this one and now, in one pass over the jobs. A job
-- that runs, was never claimed and never asked has been started by hand.
with placed as (
  update jobs j set
    available_at = case when status = 'pending' then coalesce(available_at, created_at) end, worker_id = null, parked_by = null,
    wants_worker = case status when 'pending' then true when 'running' then false else wants_worker end,
    deadline_at = case when status in ('pending', 'running', 'pending_hitl') then deadline_at end
  where case
    when status = 'pending' then available_at is null or worker_id is not null
    when status = 'running' then available_at is not null and run = 0 and not exists (select from prompts where job_id = j.id)
    when status = 'pending_hitl' then available_at is not null or worker_id is not null
    else available_at is not null or worker_id is not null or deadline_at is not null
  end
  returning type, priority, available_at, id
)
insert into job_queue (type, priority, available_at, job_id)
select type, priority, available_at, id from placed where available_at is not null
on conflict do nothing;
delete from job_queue q
where not exists (
  select from jobs j where j.id = q.job_id and j.type = q.type and j.priority = q.priority and j.available_at = q.available_at
);
delete from job_leases l where not exists (select from jobs j where j.id = l.job_id and j.worker_id = l.worker_id and j.run = l.run);
