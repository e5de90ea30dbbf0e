/** So many jobs are made in a statement. */
const chunkSize = 250_000;

/** The work that is not done is the same in every database, however much was done before: what grows is the past. */
const openJobs = { pending: 2_000, running: 100, waiting: 1_000 };

/** A part of `of` by chance, always the same for a job, and another for each `seed`. */
const chance = (seed, of) => `(hashint8extended(n, ${seed}) & ${of - 1})`;

/**
 * Fills an empty database with a year of jobs, in the order of time, as if they had been created, worked on
 * and, some of them, asked about. Made by the database itself.
 */
export async function fillJobs(client, jobCount) {
  await client.query("set synchronous_commit = off");
  await client.query("insert into workers (id, types, registered_at, beat_at) values ('busy', '{report}', now(), now())");
  for (let from = 1; from <= jobCount; from += chunkSize) {
    await client.query(insertJobs(from, Math.min(jobCount, from + chunkSize - 1), jobCount));
  }
  // As autovacuum would have done over the year.
  await client.query("vacuum (analyze)");
  await client.query("checkpoint");
  await client.query("reset synchronous_commit");
}

function insertJobs(from, to, jobCount) {
  return `
    with made as (
      select
        n,
        (now() - (1 - n / ${jobCount}::float8) * interval '365 days')::timestamptz(3) as at,
        case
          when n > ${jobCount / 2} and n % ${Math.floor(jobCount / 2 / openJobs.waiting)} = 0 then 'pending_hitl'
          when n > ${jobCount - openJobs.pending} then 'pending'
          when n > ${jobCount - openJobs.pending - openJobs.running} then 'running'
          when ${chance(1, 64)} = 0 then 'failed'
          when ${chance(1, 64)} = 1 then 'cancelled'
          else 'completed'
        end as status,
        case
          when ${chance(2, 65_536)} = 0 then 'audit'
          when ${chance(2, 256)} < 4 then 'export'
          when ${chance(2, 256)} < 100 then 'import'
          else 'report'
        end as type,
        case
          when ${chance(3, 16)} = 0 then 'robot'
          when ${chance(3, 4)} > 0 then 'user ' || ${chance(4, 8_192)}
        end as user_id,
        array_remove(array[
          case when ${chance(5, 8)} = 0 then 'monthly' end,
          case when ${chance(6, 2)} = 0 then 'customer ' || ${chance(7, 1_024)} end,
          case when ${chance(8, 1_048_576)} = 0 then 'incident' end
        ], null) as tags,
        ${chance(9, 16)} = 0 as asked,
        (1000 + ${chance(10, 65_536)}) * interval '1 millisecond' as took
      from generate_series(${from}::bigint, ${to}) as n
    ),
    lived as (
      select *, uuidv7(at - now()) as id, case
        when status = 'pending' then '{created}'
        when status = 'running' then '{created,started}'
        when status = 'pending_hitl' then '{created,started,prompt_opened}'
        when asked then array['created', 'started', 'prompt_opened', 'prompt_answered', 'resumed', status]
        else array['created', 'started', status]
      end::text[] as events
      from made
    ),
    jobs as (
      insert into jobs (
        id, type, status, user_id, task_description, input, user_context, metadata, tags, progress_percent, result, error,
        attempt, version, created_at, updated_at, started_at, completed_at, available_at, run, worker_id
      )
      select
        id, type, status, user_id, 'Job ' || n, '{"year": 2026, "pages": [1, 2, 3]}', '{}', '{"origin": "nightly"}', tags,
        case when status = 'completed' then 100 else 0 end,
        case when status = 'completed' then '{"path": "reports/2026.md", "bytes": 12345}'::jsonb end,
        case when status = 'failed' then 'The source did not answer in time.' end,
        1, cardinality(events), at, at + took,
        case when status <> 'pending' then at + interval '1 second' end,
        case when status in ('completed', 'failed', 'cancelled') then at + interval '1 second' + took end,
        case when status = 'pending' then at end, (status <> 'pending')::integer, case when status = 'running' then 'busy' end
      from lived order by n
    ),
    queue as (
      insert into job_queue (type, priority, available_at, job_id)
      select type, 0, at, id from lived where status = 'pending'
    ),
    leases as (
      insert into job_leases (worker_id, job_id, run, claim) select 'busy', id, 1, n from lived where status = 'running'
    ),
    history as (
      insert into job_events (job_id, version, kind, data, actor, via, write_id, at)
      select id, version, kind, '{}', 'process', 'process', id, at
      from lived, unnest(events) with ordinality as event (kind, version) order by n, version
    )
    insert into prompts (
      id, job_id, type, title, data, digest, status, assignee, due_at, created_at, response, responded_by, responded_via, responded_at
    )
    select
      id, id, case when n % 3 = 0 then 'review' else 'confirm' end, 'Go on?', '{}', 'digest', case when answered then 'answered' else 'open' end,
      'person ' || n % 16, case when n % 2 = 0 then now() + n % 1000 * interval '1 hour' end, at,
      case when answered then '{"answer": "yes"}'::jsonb end, case when answered then 'person 1' end, case when answered then 'api' end,
      case when answered then at + took end
    from lived, lateral (select status <> 'pending_hitl' as answered) as outcome
    where 'prompt_opened' = any (events)`;
}
