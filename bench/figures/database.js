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

/** @type {import("../figure.js").Group} */
export const databaseFigures = {
  name: "database",
  title: "Jobs written and read",
  notes: `\`JobManager\` on a PostgreSQL server, next to prepared single-row statements through a pool of 64 connections on
a table of the same columns. Ours writes an event beside the job, and its place in the queue; the bare side does not.
Ours sends what is written in one tick in one statement; that is where a ratio above 1 comes from, and why a single
caller, who has nobody to share with, pays for the event. A get is served from memory, next to a SELECT.`,
  measure,
};

async function* measure({ server, lengths }) {
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
      const [ours, theirs] = await runRounds(sides, lengths);
      const target = callers === 64 ? 3 : undefined;
      yield { name: `create, ${callers} callers`, nextTo: "single-row INSERT", ours, theirs, unit: "a second", better: "more", target };
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
      const [ours, theirs] = await runRounds(sides, lengths);
      const target = callers === 64 ? 2 : undefined;
      yield { name: `update, ${callers} callers`, nextTo: "single-row UPDATE", ours, theirs, unit: "a second", better: "more", target };
    }

    let turn = 0;
    const sides = [
      (ms) => callFor(ms, 16, () => fleet.jobs.get(ids[turn++ % jobCount])),
      (ms) => callFor(ms, 16, () => pool.query({ ...select, values: [bareIds[turn++ % jobCount]] })),
    ];
    const [ours, theirs] = await runRounds(sides, lengths);
    yield { name: "get of a hot job, 16 callers", nextTo: "single-row SELECT", ours, theirs, unit: "a second", better: "more" };
  } finally {
    await pool.end();
    await fleet.close();
    await database[Symbol.asyncDispose]();
  }
}
