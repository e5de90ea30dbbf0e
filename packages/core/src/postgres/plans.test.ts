import { randomUUID } from "node:crypto";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openFleet } from "../fleet.ts";
import { createTestDatabase } from "../testing/shared-postgres.ts";
import type { TestDatabase } from "../testing/test-databases.ts";
import { answerPrompt } from "./answer-prompt.ts";
import { claimJobs, untilAvailable } from "./claim-jobs.ts";
import { completeJobs } from "./complete-jobs.ts";
import { insertJobs } from "./insert-jobs.ts";
import { beat, leasesOfWorker } from "./lease-statements.ts";
import { endLease, leaveQueue, lockJob } from "./lock-job.ts";
import { moveOneJob } from "./move-job.ts";
import * as promptStatements from "./prompt-statements.ts";
import { updateJobs } from "./update-jobs.ts";

/*
 * A connection keeps the plan of a prepared statement, be it made when the tables were empty: one that
 * reads a table as a whole then goes on doing so when there are millions of rows, until statistics are gathered.
 */

const hot = [
  insertJobs,
  updateJobs,
  completeJobs,
  claimJobs,
  untilAvailable,
  moveOneJob,
  lockJob,
  leaveQueue,
  endLease,
  beat,
  leasesOfWorker,
];
const statements = [...hot, answerPrompt, ...Object.values(promptStatements)].map(({ name, text }) => ({ name, text }));

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
  const fleet = await openFleet({ persistence: { kind: "server", url: database.url } });
  await fleet.close();
});

afterAll(() => database[Symbol.asyncDispose]());

test.each(statements)("$name finds its rows by index in a plan made on empty tables", async ({ text }) => {
  const plan = (await database.query(`explain (generic_plan) ${text}`)) as { "QUERY PLAN": string }[];
  const scans = plan.map((line) => line["QUERY PLAN"].trim()).filter((line) => line.includes("Seq Scan"));
  expect(scans).toEqual([]);
});

test("no table is read as a whole in a plan made when it is known to be empty, or small", async () => {
  const plans = async () => {
    const scans: string[] = [];
    for (const { name, text } of statements) {
      const plan = (await database.query(`explain (generic_plan) ${text}`)) as { "QUERY PLAN": string }[];
      const lines = plan.map((line) => line["QUERY PLAN"].trim());
      // There is one row a worker.
      scans.push(...lines.filter((line) => /Seq Scan on (?!workers)/.test(line)).map((line) => `${name}: ${line}`));
    }
    return scans;
  };
  await database.query("vacuum analyze");
  expect(await plans()).toEqual([]);
  const fleet = await openFleet({ persistence: { kind: "server", url: database.url } });
  const ids = await Promise.all(Array.from({ length: 30 }, async () => (await fleet.jobs.create({ type: "report" })).job.id));
  for (const id of ids) await fleet.prompts.open(id, { type: "question" });
  await fleet.close();
  await database.query("analyze");
  expect(await plans()).toEqual([]);
});

test("the queue is read by index, each job where it stands, though by its statistics nearly everything in it is dead", async () => {
  const holder = new pg.Client({ connectionString: database.url });
  await holder.connect();
  try {
    await holder.query("begin isolation level repeatable read");
    await holder.query("select count(*) from jobs");
    for (let round = 0; round < 3; round += 1) {
      await database.query(`
        insert into job_queue (type, priority, available_at, job_id)
        select 'report', 0, now() + n * interval '1 ms', gen_random_uuid() from generate_series(1, 20000) as n`);
      await database.query("analyze job_queue");
      await database.query("delete from job_queue");
      await database.query("vacuum analyze job_queue");
    }
    for (const { text } of [claimJobs, updateJobs, moveOneJob, answerPrompt]) {
      const plan = (await database.query(`explain (generic_plan) ${text}`)) as { "QUERY PLAN": string }[];
      const lines = plan.map((line) => line["QUERY PLAN"].trim());
      const scans = lines.flatMap((line, index) => (line.includes("job_queue_order") ? [`${line} ${lines[index + 1]}`] : []));
      expect(scans).toEqual([expect.stringMatching(/Index Scan using job_queue_order .* Index Cond: .*available_at/)]);
    }
  } finally {
    await holder.end();
  }
});

test("claims are planned once a connection, and not each time", async () => {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  try {
    const values = ["w", ["report"], 10, 1, null, "w", "worker", randomUUID(), [], [], []];
    for (let claimed = 0; claimed < 10; claimed += 1) await client.query({ name: "claim", text: claimJobs.text, values });
    const { rows } = await client.query("select generic_plans::integer from pg_prepared_statements where name = 'claim'");
    expect(rows).toEqual([{ generic_plans: 5 }]);
  } finally {
    await client.end();
  }
});

test("a plan that reads a whole table is seen by this test", async () => {
  const plan = (await database.query("explain (generic_plan) select * from jobs where tags = $1")) as { "QUERY PLAN": string }[];
  expect(JSON.stringify(plan)).toContain("Seq Scan");
});
