import pg from "pg";
import { DrainClock } from "./drain-clock.js";
import { breaths, jobsInHands, payload } from "./workload.js";

const tables = `
  create table bare_jobs (id bigint primary key generated always as identity, payload jsonb not null, done_at timestamptz) with (fillfactor = 50);
  create table bare_queue (job_id bigint primary key);
  create table bare_leases (job_id bigint primary key, worker_id integer not null)`;
const fill = {
  name: "fill",
  text: `
    with added as (insert into bare_jobs (payload) select $1::jsonb from generate_series(1, $2::integer) returning id)
    insert into bare_queue select id from added`,
};
const claim = {
  name: "claim",
  text: `
    with taken as (
      delete from bare_queue
      where ctid = any (array(select ctid from bare_queue order by job_id limit ${jobsInHands} for update skip locked))
      returning job_id
    ),
    leased as (insert into bare_leases select job_id, $1 from taken)
    select id, payload from bare_jobs where id = any (array(select job_id from taken))`,
};
const complete = {
  name: "complete",
  text: `
    with ended as (delete from bare_leases where job_id = any ($1::bigint[]) and worker_id = $2 returning job_id)
    update bare_jobs set done_at = now() from ended where bare_jobs.id = ended.job_id`,
};
/** So many loops claim and complete; more of them only wait for each other. */
const loops = 2;

/**
 * The floor of a job's life that is batched, durable and kept: two statements over three narrow tables. Jobs have no status, no
 * version, no history, no type or priority and no time at which they may begin, nobody is told of anything, and there are no handlers.
 *
 * @type {import("../contestant.js").Open}
 */
export async function open(url) {
  const pool = new pg.Pool({ connectionString: url, max: loops });
  await pool.query(tables);
  return {
    async fill(count) {
      for (const breath of breaths(count)) await pool.query({ ...fill, values: [payload, breath] });
    },
    async drain(count) {
      const clock = new DrainClock(count);
      const loop = async (worker) => {
        for (;;) {
          const { rows } = await pool.query({ ...claim, values: [worker] });
          if (rows.length === 0) return;
          clock.began();
          await pool.query({ ...complete, values: [rows.map(({ id }) => id), worker] });
          clock.count(rows.length);
        }
      };
      const looping = Promise.all(Array.from({ length: loops }, (_, worker) => loop(worker)));
      await Promise.race([clock.done, looping]);
      const perSecond = clock.perSecond();
      await looping;
      return perSecond;
    },
  };
}
