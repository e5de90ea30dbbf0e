import { priorities } from "../jobs/priority.ts";
import type { Statement } from "./database.ts";
import { jobColumns } from "./job-row.ts";

/**
 * Moves up to `$3` jobs from the queue into the leases of one worker, and returns them.
 *
 * One lane of the queue after the other (a priority of a type), each in the order of its index, until
 * there are enough: nothing is sorted, and delayed jobs of one lane hide none of another. What
 * somebody else has locked, the queue's row or the job's, is passed over: a claim waits for
 * nobody, so it is in no deadlock. Every row is found by index or by its place, also by a plan that
 * was made when the tables were small and is kept, or by statistics that know of no rows (`skill_fleet_by_index`).
 *
 * `$1`: the worker. `$2`: its types. `$4`: the claim's number. `$5`: the time, or null for the database's own.
 * `$6`, `$7`: who. `$8`: the write, one id for all its events: to make a random one for each would take a call of the system.
 * `$9`, `$10`, `$11`: the types, priorities and instants of the marks that a look begins at, see `queue-marks.ts`.
 */
export const claimJobs: Statement = {
  name: "claim_jobs",
  text: `
    with clock as materialized (
      select coalesce($5::timestamptz, clock_timestamp())::timestamptz(3) as at
    ),
    beat as (
      insert into workers (id, types, registered_at, beat_at)
      select $1, $2::text[], at, at from clock
      -- Not with every claim: a row that all claims of a worker write would slow them all.
      where not exists (select from workers known where known.id = $1 and known.beat_at > at - interval '1 second')
      on conflict (id) do update set types = excluded.types, beat_at = greatest(workers.beat_at, excluded.beat_at)
    ),
    lanes as materialized (
      select type, priority, coalesce(mark.at, '-infinity') as since
      from unnest($2::text[]) as wanted (type)
        cross join generate_series(${priorities.max}, ${priorities.min}, -1) as level (priority)
        left join unnest($9::text[], $10::smallint[], $11::timestamptz[]) as mark (type, priority, at) using (type, priority)
      order by priority desc
    ),
    picked as materialized (
      select q.place, q.job_id, q.available_at
      from clock, lanes, lateral (
        select q.ctid as place, q.job_id, q.available_at
        from job_queue q
        where q.type = lanes.type and q.priority = lanes.priority and q.available_at >= lanes.since and q.available_at <= skill_fleet_by_index(at)
          and (q.reserved_until is null or q.reserved_until <= at or q.worker_id = $1)
        order by q.available_at, q.job_id
        limit $3
        for update of q skip locked
      ) q
      limit $3
    ),
    locked as materialized (
      select j.id, j.ctid as job_place, picked.place as queue_place, j.status as was, picked.available_at as was_available_at
      from picked cross join lateral (select ctid, * from jobs j where j.id = picked.job_id for no key update skip locked) j
      where j.status in ('pending', 'running') and j.worker_id is null and j.available_at = picked.available_at
    ),
    claimed as (
      update jobs j set
        status = 'running', run = j.run + 1, worker_id = $1, available_at = null, parked_by = null,
        version = j.version + 1, updated_at = greatest(at, j.updated_at), started_at = coalesce(j.started_at, at)
      from locked l, clock
      -- A job that changed just before it was locked stands in a place that this statement does not see: the next claim finds it.
      -- The id, too: of a table in partitions each has its own places.
      where j.ctid = l.job_place and j.id = l.id
      returning j.*, l.was, l.was_available_at, l.queue_place
    ),
    unqueued as (
      delete from job_queue q using claimed c where q.ctid = c.queue_place
    ),
    leased as (
      insert into job_leases (worker_id, job_id, run, claim, deadline_at)
      select $1, id, run, $4, at + attempt_timeout_ms * interval '1 millisecond' from claimed, clock
    ),
    events as (
      insert into job_events (job_id, version, kind, data, actor, via, write_id, at)
      select
        id, version, case was when 'pending' then 'started' else 'resumed' end,
        jsonb_build_object('workerId', $1::text, 'run', run, 'attempt', attempt), $6, $7, $8::uuid, updated_at
      from claimed
    )
    select was_available_at, ${jobColumns} from claimed`,
};

/**
 * In how many milliseconds a worker may find the next job of these types, null when the queue has none.
 * `$1`: the worker. `$2`: its types. `$3`: the time, or null.
 */
export const untilAvailable: Statement = {
  name: "until_available",
  text: `
    select extract(epoch from min(q.at) - coalesce($3::timestamptz, clock_timestamp()))::double precision * 1000 as ms
    from unnest($2::text[]) as wanted (type), generate_series(${priorities.min}, ${priorities.max}) as level (priority), lateral (
      select case when q.worker_id = $1 then q.available_at else greatest(q.available_at, q.reserved_until) end as at
      from job_queue q
      where q.type = wanted.type and q.priority = level.priority
      order by q.available_at, q.job_id
      limit 1
    ) q`,
};
