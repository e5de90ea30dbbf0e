import { afterAll, beforeAll, expect, test } from "vitest";
import { type Fleet, openFleet } from "../fleet.ts";
import type { Json } from "../json.ts";
import type { LeasedJob } from "../leases/lease.ts";
import { createTestDatabase } from "../testing/shared-postgres.ts";
import type { TestDatabase } from "../testing/test-databases.ts";

let database: TestDatabase;
let fleet: Fleet;
let other: Fleet;

beforeAll(async () => {
  database = await createTestDatabase();
  const open = () => openFleet({ persistence: { kind: "server", url: database.url } });
  [fleet, other] = await Promise.all([open(), open()]);
});

afterAll(async () => {
  await Promise.all([fleet.close(), other.close()]);
  await database[Symbol.asyncDispose]();
});

const workerId = "w";

async function claimJobs(count: number): Promise<readonly LeasedJob[]> {
  const type = crypto.randomUUID();
  await Promise.all(Array.from({ length: count }, () => fleet.jobs.create({ type, metadata: { a: 1 }, tags: ["t"], timeoutMs: 60_000 })));
  return fleet.leases.claim({ workerId, types: [type], limit: count });
}

/** As whoever has never seen the job reads it. */
async function readAnew(jobId: string) {
  const reader = await openFleet({ persistence: { kind: "server", url: database.url } });
  try {
    return await reader.jobs.get(jobId);
  } finally {
    await reader.close();
  }
}

test("the job that a completion returns, and the copy that is kept of it, are what the database has", async () => {
  const results: Json[] = [null, 0, 'a "quoted", {braced} \\ word', [], [1, null, { b: [] }], { path: "a/b", nested: { "": "ä" } }];
  const jobs = await claimJobs(results.length);
  const completed = await Promise.all(jobs.map(({ id, run }, index) => fleet.leases.complete({ jobId: id, run, result: results[index] })));
  for (const [index, job] of completed.entries()) {
    expect(job.result).toEqual(results[index]);
    expect(job).toEqual(await readAnew(job.id));
    expect(await fleet.jobs.get(job.id)).toEqual(job);
  }
});

test("a result that its giver changes afterwards is kept as it was given", async () => {
  const [job] = await claimJobs(1);
  const result = { path: "a" };
  await fleet.leases.complete({ jobId: job?.id ?? "", run: 1, result });
  result.path = "b";
  expect((await fleet.jobs.get(job?.id ?? "")).result).toEqual({ path: "a" });
});

test("what another instance changed meanwhile is in the job that a completion returns", async () => {
  const [job] = await claimJobs(1);
  const lease = { jobId: job?.id ?? "", run: 1 };
  const changed = other.leases.progress({ ...lease, percent: 50, message: "half" });
  const completed = changed.then(() => fleet.leases.complete({ ...lease, result: 1 }));
  await expect(completed).resolves.toMatchObject({ status: "completed", progressMessage: "half", progressPercent: 100, version: 4 });
  expect(await completed).toEqual(await readAnew(lease.jobId));
});

test("of completions that travel together only those are refused whose run is over", async () => {
  const jobs = await claimJobs(3);
  const outcomes = await Promise.allSettled(
    jobs.map(({ id, run }, index) => fleet.leases.complete({ jobId: id, run: index === 1 ? run + 1 : run })),
  );
  expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
  expect(outcomes[1]).toMatchObject({ reason: { code: "LEASE_LOST" } });
  expect(await fleet.jobs.get(jobs[1]?.id ?? "")).toMatchObject({ status: "running", version: 2 });
});

test("a completion whose lease ended without this instance's knowledge is refused", async () => {
  const [job] = await claimJobs(1);
  const lease = { jobId: job?.id ?? "", run: 1 };
  await database.query(`update jobs set worker_id = null, status = 'pending', available_at = created_at where id = '${lease.jobId}'`);
  await expect(fleet.leases.complete(lease)).rejects.toMatchObject({ code: "LEASE_LOST" });
});

test("the same jobs, completed on two instances at once and in opposite order, are completed once each", async () => {
  for (let round = 0; round < 5; round += 1) {
    const jobs = await claimJobs(100);
    for (const { id } of jobs) await other.jobs.get(id);
    const complete = ({ leases }: Fleet, some: readonly LeasedJob[]) =>
      some.map(({ id, run }) => leases.complete({ jobId: id, run, result: 1 }));
    const completed = await Promise.all([...complete(fleet, jobs), ...complete(other, jobs.toReversed())]);
    expect(completed.every(({ status, version }) => status === "completed" && version === 3)).toBe(true);
  }
});

test("what a handler reported last, and did not wait for, is written before its end", async () => {
  const jobs = await claimJobs(2);
  await Promise.all(
    jobs.flatMap(({ id: jobId, run }) => [
      fleet.leases.progress({ jobId, run, message: "last word" }),
      fleet.leases.complete({ jobId, run }),
    ]),
  );
  for (const { id } of jobs) expect(await fleet.jobs.get(id)).toMatchObject({ status: "completed", progressMessage: "last word" });
});
