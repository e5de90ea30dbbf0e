import { defineJob } from "@skill-fleet/client";
import { openFleet } from "@skill-fleet/core";
import { createWorker } from "@skill-fleet/worker";
import pg from "pg";
import { z } from "zod";
import { callFor, runRounds } from "../rounds.js";

const noop = defineJob({ type: "noop", input: z.unknown(), result: z.unknown() });
const newJob = { type: noop.type, taskDescription: "Nothing", input: { year: 2026, pages: [1, 2, 3] } };
const update = { name: "bare_touch", text: "update bare_rows set n = n + 1 where id = $1 returning *" };
const rowCount = 1_000;
const callers = 64;

/** @type {import("../figure.js").Group} */
export const lifeFigures = {
  name: "life",
  title: "The whole life of a job",
  notes: `128 callers create jobs, a worker with 200 slots in the same process does nothing with each; rows, events and
results are kept. Next to one UPDATE of a narrow row by 64 callers, although a job's life is three statements.`,
  measure,
};

async function* measure({ server, lengths }) {
  const database = await server.createDatabase();
  const fleet = await openFleet({ persistence: { kind: "server", url: database.url } });
  const pool = new pg.Pool({ connectionString: database.url, max: callers });
  // Dropping the database at the end may meet connections that are still on their way out.
  pool.on("error", () => {});
  let done = 0;
  const worker = createWorker({ backend: fleet.leases, concurrency: 200 }).handle(noop, async () => {
    done += 1;
  });
  try {
    await pool.query("create table bare_rows (id integer primary key, n integer not null) with (fillfactor = 85)");
    await pool.query("insert into bare_rows select id, 0 from generate_series(0, $1) as id", [rowCount - 1]);
    await worker.start();
    let turn = 0;
    const sides = [
      // As fast as they are done: the queue stays short, and what is counted is done.
      async (ms) => {
        const before = done;
        await callFor(ms, 2 * callers, () => fleet.jobs.create(newJob));
        return ((done - before) * 1_000) / ms;
      },
      (ms) => callFor(ms, callers, () => pool.query({ ...update, values: [turn++ % rowCount] })),
    ];
    const [ours, theirs] = await runRounds(sides, lengths);
    yield { name: "job created, claimed, run, completed", nextTo: "single-row UPDATE", ours, theirs, unit: "a second", better: "more" };
  } finally {
    await worker.stop();
    await pool.end();
    await fleet.close();
    await database[Symbol.asyncDispose]();
  }
}
