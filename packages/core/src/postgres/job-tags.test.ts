import { afterAll, beforeAll, expect, test } from "vitest";
import { type Fleet, openFleet } from "../fleet.ts";
import type { JobStatus } from "../jobs/job-status.ts";
import { silentLogger } from "../logger.ts";
import { migrateTo } from "../testing/old-instance.ts";
import { createTestDatabase } from "../testing/shared-postgres.ts";
import type { TestDatabase } from "../testing/test-databases.ts";
import { ServerDatabase } from "./server-database.ts";

/*
 * The table of tags is kept by triggers: whatever inserts or deletes a job, of this release or of the one before.
 */

let created: TestDatabase;
let fleet: Fleet;

const taggedJob = (id: string, tags: string, status = "completed") => `
  insert into jobs (id, type, status, task_description, input, user_context, metadata, tags, progress_percent, attempt, version, created_at, updated_at, completed_at)
  values ('${id}', 't', '${status}', '', 'null', '{}', '{}', '${tags}', 100, 1, 1, now(), now(), now())`;

const before = crypto.randomUUID();
const failedBefore = crypto.randomUUID();

beforeAll(async () => {
  created = await createTestDatabase();
  const database = new ServerDatabase({ url: created.url, logger: silentLogger });
  await migrateTo(7, database);
  await database.close();
  await created.query(taggedJob(before, "{urgent,urgent,late}"));
  await created.query(taggedJob(failedBefore, "{broken}", "failed"));
  await created.query(taggedJob(crypto.randomUUID(), "{}"));
  fleet = await openFleet({ persistence: { kind: "server", url: created.url } });
});

afterAll(async () => {
  await fleet.close();
  await created[Symbol.asyncDispose]();
});

const listed = async (tag: string, status?: JobStatus) => {
  const { jobs } = await fleet.jobs.list({ tag, ...(status && { status: [status] }) });
  return jobs.map(({ id }) => id);
};
const rows = () => created.query("select tag, job_id from job_tags order by tag, created_at");

test("jobs of the release before are found by each of their tags, once, and so are those that it makes beside this one", async () => {
  expect(await listed("urgent")).toEqual([before]);
  const beside = crypto.randomUUID();
  await created.query(taggedJob(beside, "{urgent,urgent}"));
  expect(await listed("urgent")).toEqual([beside, before]);
  expect(await listed("late")).toEqual([before]);
  await created.query(`delete from jobs where id = '${beside}'`);
  expect(await listed("urgent")).toEqual([before]);
});

test("a job is found by its tag and the status in which it rests, whoever moves it, and not when it goes on", async () => {
  expect(await listed("broken", "failed")).toEqual([failedBefore]);
  const { job } = await fleet.jobs.create({ tags: ["broken", "other"] });
  await fleet.jobs.cancel(job.id);
  expect(await listed("broken", "cancelled")).toEqual([job.id]);
  await fleet.jobs.retry(job.id);
  expect(await listed("broken", "cancelled")).toEqual([]);
  const beside = crypto.randomUUID();
  await created.query(taggedJob(beside, "{broken}", "cancelled"));
  expect(await listed("broken", "cancelled")).toEqual([beside]);
  // As the release before writes it.
  await created.query(`update jobs set status = 'failed' where id = '${beside}'`);
  expect(await listed("broken", "cancelled")).toEqual([]);
  expect(await listed("broken", "failed")).toEqual([beside, failedBefore]);
  await created.query(`delete from jobs where id in ('${beside}', '${job.id}', '${failedBefore}')`);
  expect(await created.query("select tag from job_tags where tag in ('broken', 'other')")).toEqual([]);
});

test("a job that is deleted, alone or when its time is over, takes its tags along and leaves those of others", async () => {
  const { job } = await fleet.jobs.create({ tags: ["urgent", "own"] });
  expect(await listed("urgent")).toEqual([job.id, before]);
  await fleet.jobs.cancel(job.id);
  await fleet.jobs.delete(job.id);
  expect(await rows()).toEqual([
    { tag: "late", job_id: before },
    { tag: "urgent", job_id: before },
  ]);
  expect(await fleet.jobs.prune({ completed: 1 })).toMatchObject({ completed: 2 });
  expect(await rows()).toEqual([]);
});
