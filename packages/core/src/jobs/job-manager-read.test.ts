import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { assembleFleet, type Fleet, openFleet } from "../fleet.ts";
import { openPostgresStore } from "../postgres/open-postgres-store.ts";
import type { Store } from "../store.ts";
import { ManualClock } from "../testing/manual-clock.ts";
import { RecordingLogger } from "../testing/recording-logger.ts";
import { createDataDir, type TestDataDir } from "../testing/test-databases.ts";
import { JobMemoryStore } from "./job-memory-store.ts";

const ttlMs = 60_000;
const clock = new ManualClock();
const logger = new RecordingLogger();
let dataDir: TestDataDir;
let store: Store;
let fleet: Fleet;

beforeAll(async () => {
  dataDir = await createDataDir();
  const memory = new JobMemoryStore({ clock, ttlMs });
  store = await openPostgresStore({ database: { kind: "embedded", dataDir: dataDir.path }, memory, logger, migrate: true });
  fleet = assembleFleet({ store, logger, trustMs: Number.POSITIVE_INFINITY });
});

afterAll(async () => {
  await fleet.close();
  await dataDir[Symbol.asyncDispose]();
});

describe("get", () => {
  test("of a job that has expired from memory loads it from the database, and it is in memory again", async () => {
    const { job } = await fleet.jobs.create({ taskDescription: "long" });
    clock.advance(ttlMs - 1);
    expect(store.memory.get(job.id)).toBe(job);
    clock.advance(1);
    expect(store.memory.get(job.id)).toBeUndefined();
    expect(await fleet.jobs.get(job.id)).toEqual(job);
    expect(store.memory.get(job.id)).toEqual(job);
  });

  test("of a job that was written is served from memory as the very same object", async () => {
    const { job } = await fleet.jobs.create();
    const updated = await fleet.jobs.update(job.id, { status: "running" });
    expect(await fleet.jobs.get(job.id)).toBe(updated);
  });

  test("of a job returns what was created, whatever the caller does to its own values afterwards", async () => {
    const input = { list: [1] };
    const creating = fleet.jobs.create({ input });
    input.list.push(2);
    const { job } = await creating;
    input.list.push(3);
    expect(await fleet.jobs.get(job.id)).toMatchObject({ input: { list: [1] } });
    expect(await store.jobs.find(job.id)).toMatchObject({ input: { list: [1] } });
  });

  test("of an absent job finds none, and find returns undefined, also for an id that is no UUID", async () => {
    for (const id of [crypto.randomUUID(), "job-1", "'; drop table jobs; --", ""]) {
      await expect(fleet.jobs.get(id)).rejects.toMatchObject({ code: "JOB_NOT_FOUND", jobId: id });
      expect(await fleet.jobs.find(id)).toBeUndefined();
    }
  });

  test("after a delete finds none, although the job was in memory", async () => {
    const { job } = await fleet.jobs.create();
    await fleet.jobs.get(job.id);
    await fleet.jobs.delete(job.id);
    expect(await fleet.jobs.find(job.id)).toBeUndefined();
  });
});

describe("cleanup", () => {
  test("removes expired jobs from memory, says how many, and leaves the database alone", async () => {
    fleet.jobs.cleanup();
    const created = await Promise.all([fleet.jobs.create(), fleet.jobs.create()]);
    const before = store.memory.size;
    clock.advance(ttlMs);
    expect(fleet.jobs.cleanup()).toBe(before);
    expect(store.memory.size).toBe(0);
    for (const { job } of created) expect(await fleet.jobs.get(job.id)).toEqual(job);
  });
});

describe("list", () => {
  test("returns pages of the asked size until nextCursor is null, with every job once", async () => {
    const type = crypto.randomUUID();
    const created = await Promise.all(Array.from({ length: 7 }, () => fleet.jobs.create({ type })));
    const pages: string[][] = [];
    let cursor: string | undefined;
    do {
      const page = await fleet.jobs.list({ type, limit: 3, cursor });
      pages.push(page.jobs.map(({ id }) => id));
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    expect(pages.map((page) => page.length)).toEqual([3, 3, 1]);
    expect(pages.flat().toSorted()).toEqual(created.map(({ job }) => job.id).toSorted());
  });

  test("has no next page when the last one is exactly full", async () => {
    const type = crypto.randomUUID();
    await Promise.all([fleet.jobs.create({ type }), fleet.jobs.create({ type })]);
    expect(await fleet.jobs.list({ type, limit: 2 })).toMatchObject({ nextCursor: null });
  });

  test.each([0, 201, 1.5, -1, Number.NaN])("refuses the limit %s", async (limit) => {
    await expect(fleet.jobs.list({ limit })).rejects.toMatchObject({
      code: "INVALID_INPUT",
      message: "limit: must be a whole number from 1 to 200",
    });
  });

  test("refuses a cursor that no list returned, and a filter that cannot be stored", async () => {
    await expect(fleet.jobs.list({ cursor: "next" })).rejects.toMatchObject({ code: "INVALID_INPUT" });
    await expect(fleet.jobs.list({ tag: "\0" })).rejects.toMatchObject({ code: "INVALID_INPUT", message: expect.stringContaining("tag:") });
  });
});

describe("events", () => {
  test("of an absent job find none; past the end of a history they are empty", async () => {
    const { job } = await fleet.jobs.create();
    await expect(fleet.jobs.events(crypto.randomUUID())).rejects.toMatchObject({ code: "JOB_NOT_FOUND" });
    expect(await fleet.jobs.events(job.id, { afterVersion: 1 })).toEqual([]);
    await expect(fleet.jobs.events(job.id, { limit: 0 })).rejects.toMatchObject({ code: "INVALID_INPUT" });
  });
});

describe("a guard", () => {
  test.each([Number.NaN, Number.POSITIVE_INFINITY, 1.5])(
    "of the version %s is refused: JSON would make it no guard at all",
    async (ifVersion) => {
      const { job } = await fleet.jobs.create();
      for (const attempt of [fleet.jobs.update(job.id, { progressPercent: 1 }, { ifVersion }), fleet.jobs.cancel(job.id, { ifVersion })]) {
        await expect(attempt).rejects.toMatchObject({ code: "INVALID_INPUT", jobId: job.id, message: "ifVersion: must be a whole number" });
      }
      expect(await fleet.jobs.get(job.id)).toMatchObject({ version: 1 });
    },
  );
});

describe("with the database gone", () => {
  test("a write fails with STORE_UNAVAILABLE and a log line, and a read answers from memory with stale: true", async () => {
    await using dir = await createDataDir();
    const log = new RecordingLogger();
    const memory = new JobMemoryStore({ clock, ttlMs });
    const gone = await openPostgresStore({ database: { kind: "embedded", dataDir: dir.path }, memory, logger: log, migrate: true });
    const { jobs } = assembleFleet({ store: gone, logger: log, trustMs: 1_000 });
    const { job } = await jobs.create();
    const { job: expired } = await jobs.create();
    await gone.close();
    memory.delete(expired.id);

    await expect(jobs.update(job.id, { progressPercent: 1 })).rejects.toMatchObject({ code: "STORE_UNAVAILABLE" });
    expect(log.lines.at(-1)).toMatchObject({ level: "error", message: "Failed to update job in database", fields: { jobId: job.id } });
    await expect(jobs.delete(job.id)).rejects.toMatchObject({ code: "STORE_UNAVAILABLE" });
    await expect(jobs.create()).rejects.toMatchObject({ code: "STORE_UNAVAILABLE" });
    expect(await jobs.get(job.id)).toEqual({ ...job, stale: true });
    expect(log.lines.at(-1)).toMatchObject({ level: "error", message: "Error loading job from database", fields: { jobId: job.id } });
    await expect(jobs.get(expired.id)).rejects.toMatchObject({ code: "STORE_UNAVAILABLE" });
    await expect(jobs.list()).rejects.toMatchObject({ code: "STORE_UNAVAILABLE" });
  });
});

test("memory mode says so on every job, a database too", async () => {
  const inMemory = await openFleet({ persistence: { kind: "memory" } });
  expect([(await inMemory.jobs.create()).job.durability, inMemory.durability]).toEqual(["memory", "memory"]);
  expect([(await fleet.jobs.create()).job.durability, fleet.durability]).toEqual(["database", "database"]);
});
