import type { Statement } from "./database.ts";

/*
 * The statements about workers and their leases. Where one takes a time, null stands for the database's clock.
 */

export const beat: Statement = {
  name: "beat",
  text: `
    insert into workers (id, types, registered_at, beat_at)
    select $1, $2::text[], at, at from (select coalesce($3::timestamptz, clock_timestamp())::timestamptz(3) as at) clock
    on conflict (id) do update set types = excluded.types, beat_at = greatest(workers.beat_at, excluded.beat_at)`,
};

export const leasesOfWorker: Statement = {
  name: "leases_of_worker",
  text: "select job_id, run, claim from job_leases where worker_id = $1",
};

/** `$1`: how long a worker may be silent, in milliseconds. `$2`: at most so many. */
export const expiredLeases: Statement = {
  name: "expired_leases",
  text: `
    with clock as materialized (select coalesce($3::timestamptz, clock_timestamp())::timestamptz(3) as at)
    select l.worker_id, l.job_id, l.run, l.claim, (l.deadline_at <= at) is true as timed_out
    from clock, job_leases l left join workers w on w.id = l.worker_id
    where w.id is null or w.beat_at < at - $1::float8 * interval '1 millisecond' or l.deadline_at <= at
    limit $2`,
};

export const forgetWorker: Statement = { name: "forget_worker", text: "delete from workers where id = $1" };

export const forgetSilentWorkers: Statement = {
  name: "forget_silent_workers",
  text: `
    delete from workers w
    where w.beat_at < coalesce($2::timestamptz, now()) - $1::float8 * interval '1 millisecond'
      and not exists (select from job_leases l where l.worker_id = w.id)`,
};
