import { afterAll, beforeAll, expect, test } from "vitest";
import { type Fleet, openFleet } from "../fleet.ts";
import { createTestDatabase } from "../testing/shared-postgres.ts";
import type { TestDatabase } from "../testing/test-databases.ts";

/*
 * What the server does by the clock (rescue leases, let prompts expire, fail jobs that take too long, delete
 * what is old), every instance does at the same time as the others, and each thing happens once.
 */

let database: TestDatabase;
let fleets: [Fleet, Fleet];

beforeAll(async () => {
  database = await createTestDatabase();
  const open = () => openFleet({ persistence: { kind: "server", url: database.url }, leaseTimeoutMs: 60_000 });
  fleets = await Promise.all([open(), open()]);
});

afterAll(async () => {
  await Promise.all(fleets.map((fleet) => fleet.close()));
  await database[Symbol.asyncDispose]();
});

/** More than any sweep takes at once. */
const count = 250;
const hourMs = 3_600_000;

const createMany = async (type: string) => {
  const created = await Promise.all(Array.from({ length: count }, () => fleets[0].jobs.create({ type, timeoutMs: hourMs })));
  return created.map(({ job }) => job.id);
};
const kindsOf = async (type: string) => {
  const rows = await database.query(
    `select kinds, count(*)::integer as jobs from (
       select array_agg(kind order by job_events.version) as kinds from job_events join jobs on id = job_id where type = '${type}' group by job_id
     ) as histories group by kinds`,
  );
  return rows;
};
const sum = (counts: readonly number[]) => counts.reduce((total, each) => total + each, 0);
/** Runs a sweep on both instances at once, again and again until neither finds anything, and returns how often it did something. */
const sweepBoth = async (sweep: (fleet: Fleet) => Promise<number>) => {
  let total = 0;
  for (;;) {
    const done = sum(await Promise.all([...fleets, ...fleets].map(sweep)));
    if (done === 0) return total;
    total += done;
  }
};

test("lease rescue, prompt expiry, deadlines and retention on two instances at once do everything once", async () => {
  const [first, second] = fleets;
  await createMany("leased");
  for (let claimed = 0; claimed < count; ) claimed += (await first.leases.claim({ workerId: "w", types: ["leased"], limit: 100 })).length;
  const asking = await createMany("asking");
  await Promise.all(asking.map((id) => first.prompts.open(id, { type: "q", expiresInMs: hourMs, onExpire: "resume" })));
  await createMany("slow");
  const ended = await createMany("ended");
  await Promise.all(ended.map((id) => first.jobs.cancel(id)));
  await Promise.all(ended.map((id) => second.jobs.get(id)));
  // Time passes.
  await database.query("update workers set beat_at = beat_at - interval '1 day'");
  await database.query("update prompts set expires_at = expires_at - interval '1 day'");
  await database.query("update jobs set deadline_at = deadline_at - interval '1 day' where type = 'slow'");
  await database.query(
    "update jobs set created_at = created_at - interval '9 days', completed_at = completed_at - interval '9 days' where type = 'ended'",
  );

  const done = await Promise.all([
    sweepBoth(({ leases }) => leases.expireOverdue()),
    sweepBoth(({ prompts }) => prompts.expireOverdue()),
    sweepBoth(({ jobs }) => jobs.expireOverdue()),
    sweepBoth(async ({ jobs }) => sum(Object.values(await jobs.prune({ cancelled: 24 * hourMs })))),
  ]);
  expect(done).toEqual([count, count, count, count]);
  expect(await kindsOf("leased")).toEqual([{ kinds: ["created", "started", "attempt_failed"], jobs: count }]);
  expect(await kindsOf("asking")).toEqual([{ kinds: ["created", "prompt_opened", "prompt_expired"], jobs: count }]);
  expect(await kindsOf("slow")).toEqual([{ kinds: ["created", "failed"], jobs: count }]);
  expect(await database.query("select type from jobs where type = 'ended'")).toEqual([]);
  expect(await database.query("select job_id from job_events where job_id not in (select id from jobs)")).toEqual([]);
});

test("a job that one instance prunes is gone from the memory of the other", async () => {
  const [first, second] = fleets;
  const { job } = await first.jobs.create({ type: "remembered" });
  await first.jobs.cancel(job.id);
  await second.jobs.get(job.id, { minVersion: 2 });
  const gone = second.jobs.waitForChange(job.id, { afterVersion: 2 });
  await database.query(
    `update jobs set created_at = created_at - interval '9 days', completed_at = completed_at - interval '9 days' where id = '${job.id}'`,
  );
  expect(await first.jobs.prune({ cancelled: 24 * hourMs })).toEqual({ completed: 0, failed: 0, cancelled: 1 });
  await expect(gone).rejects.toMatchObject({ code: "JOB_NOT_FOUND" });
  expect(await second.jobs.find(job.id)).toBeUndefined();
});
