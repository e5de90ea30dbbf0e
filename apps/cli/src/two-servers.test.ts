import { createDataDir, createTestDatabase, type TestDatabase, type TestDataDir } from "@skill-fleet/core/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runCommand } from "./testing/run-command.ts";
import { type Reply, ServerProcess } from "./testing/server-process.ts";

describe("two servers on one PostgreSQL", () => {
  let database: TestDatabase;
  let dir: TestDataDir;
  let a: ServerProcess;
  let b: ServerProcess;

  beforeAll(async () => {
    database = await createTestDatabase();
    dir = await createDataDir();
    const start = () => ServerProcess.start({ folder: dir.path, environment: { DATABASE_URL: database.url } });
    [a, b] = await Promise.all([start(), start()]);
  });
  afterAll(async () => {
    await a[Symbol.asyncDispose]();
    await b[Symbol.asyncDispose]();
    await database[Symbol.asyncDispose]();
    await dir[Symbol.asyncDispose]();
  });

  const createJob = async () => (await a.request("POST", "/api/v2/jobs")).body.job_id as string;

  test("started at once on an empty database, both serve, and the migrations have run once", async () => {
    for (const server of [a, b]) expect((await server.request("GET", "/ready")).status).toBe(200);
    const applied = await database.query("select version, count(*)::int as times from skill_fleet_migrations group by 1");
    expect(applied.length).toBeGreaterThan(0);
    for (const row of applied) expect(row).toMatchObject({ times: 1 });
  });

  test("a job that one created is read on the other", async () => {
    const jobId = await createJob();
    const read = await b.request("GET", `/api/v2/jobs/${jobId}`);
    expect([read.status, read.body.job_id]).toEqual([200, jobId]);
  });

  test("an update on one is seen on the other, which had the job in memory", async () => {
    const path = `/api/v2/jobs/${await createJob()}`;
    await b.request("GET", path);
    await a.request("PATCH", path, { body: { status: "running" } });
    await expect.poll(async () => (await b.request("GET", path)).body.status, { timeout: 10_000, interval: 5 }).toBe("running");
  });

  test("whoever says which version was seen reads it on the other at once", async () => {
    const path = `/api/v2/jobs/${await createJob()}`;
    for (let percent = 1; percent <= 20; percent += 1) {
      await b.request("GET", path);
      const { version } = (await a.request("PATCH", path, { body: { progress_percent: percent } })).body;
      const read = await b.request("GET", path, { headers: { "x-min-version": String(version) } });
      expect(read.body).toMatchObject({ version, progress_percent: percent });
    }
  });

  test("of 200 different responses at once over both exactly one wins, all others are told the same winner, and the job moves once", async () => {
    const jobId = await createJob();
    const { prompt_id } = (await a.request("POST", `/api/v2/hitl/${jobId}/prompt`, { body: { type: "question" } })).body;
    const path = `/api/v2/hitl/prompts/${prompt_id}/response`;
    const respond = (n: number) => (n % 2 ? a : b).request("POST", path, { body: { n }, headers: { "idempotency-key": `person ${n}` } });
    const replies = await Promise.all(Array.from({ length: 200 }, (_, n) => respond(n)));
    const byStatus = (status: number): Reply[] => replies.filter((reply) => reply.status === status);
    expect([byStatus(200).length, byStatus(409).length]).toEqual([1, 199]);
    const winner = replies.findIndex(({ status }) => status === 200);
    for (const { body } of byStatus(409)) {
      expect(body).toMatchObject({ code: "PROMPT_ALREADY_ANSWERED", winner: { response: { n: winner } } });
    }
    const { events } = (await b.request("GET", `/api/v2/jobs/${jobId}/events`)).body;
    expect(events.map(({ kind }: { kind: string }) => kind)).toEqual(["created", "prompt_opened", "prompt_answered"]);
    // The winner again, on both: the first receipt.
    for (const server of [a, b]) {
      const again = await server.request("POST", path, { body: { n: winner }, headers: { "idempotency-key": `person ${winner}` } });
      expect([again.status, again.body]).toEqual([200, replies[winner]?.body]);
    }
  });

  test("whoever waits on one hears of a prompt that is opened on the other", async () => {
    const jobId = await createJob();
    const waiting = b.request("GET", `/api/v2/jobs/${jobId}/wait?after_version=1`);
    await a.request("POST", `/api/v2/hitl/${jobId}/prompt`, { body: { type: "question" } });
    expect((await waiting).body).toMatchObject({ status: "pending_hitl", version: 2 });
  });

  test("a deadline that both watch happens once", async () => {
    const jobId = await createJob();
    await a.request("POST", `/api/v2/hitl/${jobId}/prompt`, { body: { type: "question", expires_in_ms: 1 } });
    const ended = await b.request("GET", `/api/v2/jobs/${jobId}/wait?after_version=3`);
    expect(ended.body).toMatchObject({ status: "failed", version: 4, error: expect.stringContaining("Nobody answered prompt") });
    const { events } = (await a.request("GET", `/api/v2/jobs/${jobId}/events`)).body;
    expect(events.map(({ kind }: { kind: string }) => kind)).toEqual(["created", "prompt_opened", "prompt_expired", "failed"]);
  });

  test("one goes, and the other serves its jobs", async () => {
    const jobId = await createJob();
    await a.kill9();
    await b.request("PATCH", `/api/v2/jobs/${jobId}`, { body: { status: "running" } });
    expect((await b.request("GET", `/api/v2/jobs/${jobId}`)).body).toMatchObject({ status: "running", version: 2 });
  });
});

test("a second server on one embedded database is refused, with the folder and the process that has it", async () => {
  await using dir = await createDataDir();
  await using first = await ServerProcess.start({ folder: dir.path });
  const second = await runCommand(["serve", "--port", "0"], { folder: dir.path });
  expect(second.exitCode).toBe(69);
  expect(second.stdout.trimEnd().split("\n")).toEqual([
    expect.stringContaining(`CRITICAL: The data directory ${dir.path}/.skill-fleet is in use by process ${first.pid} on`),
  ]);
  expect((await first.request("POST", "/api/v2/jobs")).status).toBe(201);
});
