import { randomUUID } from "node:crypto";
import { openFleet } from "@skill-fleet/core";
import pg from "pg";
import { callFor, runRounds } from "../rounds.js";

const insert = {
  name: "bare_insert",
  text: `insert into bare_jobs (id, type, status, user_id, task_description, input, user_context, metadata, tags, progress_percent, attempt, version, created_at, updated_at)
         values ($1, $2, 'pending', null, $3, $4, '{}', '{}', '{}', 0, 1, 1, now(), now()) returning *`,
};
const update = {
  name: "bare_update",
  text: "update bare_jobs set progress_percent = $2, version = version + 1, updated_at = now() where id = $1 returning *",
};
const select = { name: "bare_select", text: "select * from bare_jobs where id = $1" };
const newJob = { type: "report", taskDescription: "A report", input: { year: 2026, pages: [1, 2, 3] } };
/** So many jobs take turns in updates and reads. */
const jobCount = 1_000;

/** The core on a PostgreSQL server, next to single-row prepared statements on a table of the same columns. */
export async function* databaseFigures(server, lengths) {
  const database = await server.createDatabase();
  const fleet = await openFleet({ persistence: { kind: "server", url: database.url } });
  const pool = new pg.Pool({ connectionString: database.url, max: 64 });
  // Dropping the database at the end may meet connections that are still on their way out.
  pool.on("error", () => {});
  try {
    await pool.query("create table bare_jobs (like jobs including defaults including constraints, primary key (id))");
    const bareInsert = () => pool.query({ ...insert, values: [randomUUID(), newJob.type, newJob.taskDescription, newJob.input] });
    for (const callers of [1, 16, 64]) {
      const sides = [(ms) => callFor(ms, callers, () => fleet.jobs.create(newJob)), (ms) => callFor(ms, callers, bareInsert)];
      yield { name: `create, ${callers} callers`, bare: "single-row INSERT", rates: await runRounds(sides, lengths) };
    }

    const jobs = await Promise.all(Array.from({ length: jobCount }, () => fleet.jobs.create(newJob)));
    const ids = jobs.map(({ job }) => job.id);
    const bareIds = (await Promise.all(Array.from({ length: jobCount }, bareInsert))).map(({ rows }) => rows[0].id);
    for (const callers of [1, 16, 64]) {
      let turn = 0;
      const next = () => {
        turn += 1;
        return turn;
      };
      const sides = [
        (ms) => callFor(ms, callers, () => fleet.jobs.update(ids[next() % jobCount], { progressPercent: turn % 100 })),
        (ms) => callFor(ms, callers, () => pool.query({ ...update, values: [bareIds[next() % jobCount], turn % 100] })),
      ];
      yield { name: `update, ${callers} callers`, bare: "single-row UPDATE", rates: await runRounds(sides, lengths) };
    }

    let turn = 0;
    const sides = [
      (ms) => callFor(ms, 16, () => fleet.jobs.get(ids[turn++ % jobCount])),
      (ms) => callFor(ms, 16, () => pool.query({ ...select, values: [bareIds[turn++ % jobCount]] })),
    ];
    yield { name: "get of a hot job, 16 callers", bare: "single-row SELECT", rates: await runRounds(sides, lengths) };
  } finally {
    await pool.end();
    await fleet.close();
    await database[Symbol.asyncDispose]();
  }
}
