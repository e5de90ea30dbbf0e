import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ChangeFeed, JobNotice } from "../changes/change-feed.ts";
import { goneVersion } from "../changes/change-feed.ts";
import { assembleFleet } from "../fleet.ts";
import { JobMemoryStore } from "../jobs/job-memory-store.ts";
import type { Logger } from "../logger.ts";
import { ManualClock } from "../testing/manual-clock.ts";
import { RecordingLogger } from "../testing/recording-logger.ts";
import { createTestDatabase } from "../testing/shared-postgres.ts";
import type { TestDatabase } from "../testing/test-databases.ts";
import { openPostgresStore } from "./open-postgres-store.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database[Symbol.asyncDispose]());

/** One of several instances on the database. Its clock stands still, so that only notices age its cache. */
async function openInstance(logger: Logger = new RecordingLogger()) {
  const memory = new JobMemoryStore({ clock: new ManualClock() });
  const store = await openPostgresStore({ database: { kind: "server", url: database.url }, memory, logger, migrate: true });
  const fleet = assembleFleet({ store, logger, trustMs: Number.POSITIVE_INFINITY });
  return { store, fleet, memory, [Symbol.asyncDispose]: () => fleet.close() };
}

/** Resolves with the first notice that fits. */
function nextNotice(feed: ChangeFeed, fits: (notice: JobNotice) => boolean): Promise<JobNotice> {
  return new Promise((resolve) => {
    const unsubscribe = feed.subscribe({
      onGap: () => {},
      onChange: (notice) => {
        if (!fits(notice)) return;
        unsubscribe();
        resolve(notice);
      },
    });
  });
}

/** Resolves when the feed has come back. */
function nextGap(feed: ChangeFeed): Promise<void> {
  return new Promise((resolve) => {
    const unsubscribe = feed.subscribe({
      onChange: () => {},
      onGap: () => {
        unsubscribe();
        // The gap is announced just before the feed calls itself live.
        setImmediate(resolve);
      },
    });
  });
}

describe("two instances on one database", () => {
  test("a write on one ages the copy of the other", async () => {
    await using one = await openInstance();
    await using two = await openInstance();
    const { job } = await one.fleet.jobs.create();
    expect(await two.fleet.jobs.get(job.id)).toMatchObject({ version: 1 });
    const heard = nextNotice(two.store.changes, ({ jobId, version }) => jobId === job.id && version === 2);
    await one.fleet.jobs.update(job.id, { status: "running" });
    await heard;
    expect(two.memory.get(job.id)).toBeUndefined();
    expect(await two.fleet.jobs.get(job.id)).toMatchObject({ version: 2, status: "running" });
  });

  test("a delete on one removes the copy of the other", async () => {
    await using one = await openInstance();
    await using two = await openInstance();
    const { job } = await one.fleet.jobs.create();
    await two.fleet.jobs.get(job.id);
    const heard = nextNotice(two.store.changes, ({ jobId, version }) => jobId === job.id && version === goneVersion);
    await one.fleet.jobs.delete(job.id);
    await heard;
    expect(await two.fleet.jobs.find(job.id)).toBeUndefined();
  });

  test("whoever has seen a version reads it on the other one, before any notice", async () => {
    await using one = await openInstance();
    await using two = await openInstance();
    const { job } = await one.fleet.jobs.create();
    await two.fleet.jobs.get(job.id);
    const { version } = await one.fleet.jobs.update(job.id, { status: "running" });
    expect(await two.fleet.jobs.get(job.id, { minVersion: version })).toMatchObject({ version, status: "running" });
  });

  test("1,000 changes at once all arrive", async () => {
    await using one = await openInstance();
    await using two = await openInstance();
    const missing = new Set<string>();
    const ids = Array.from({ length: 1_000 }, () => crypto.randomUUID());
    for (const id of ids) missing.add(id);
    const all = nextNotice(two.store.changes, ({ jobId }) => missing.delete(jobId) && missing.size === 0);
    for (const id of ids) one.store.changes.announce({ jobId: id, version: 1 });
    await all;
    expect(missing.size).toBe(0);
  });

  test("of several versions of a job the highest arrives", async () => {
    await using one = await openInstance();
    await using two = await openInstance();
    const jobId = crypto.randomUUID();
    const heard = nextNotice(two.store.changes, (notice) => notice.jobId === jobId);
    for (const version of [2, 9, 5]) one.store.changes.announce({ jobId, version });
    expect(await heard).toEqual({ jobId, version: 9 });
  });

  test("an instance does not hear its own notices twice", async () => {
    await using one = await openInstance();
    await using two = await openInstance();
    const heard: JobNotice[] = [];
    one.store.changes.subscribe({ onChange: (notice) => heard.push(notice), onGap: () => {} });
    const [mine, theirs] = [crypto.randomUUID(), crypto.randomUUID()];
    const arrived = nextNotice(two.store.changes, ({ jobId }) => jobId === mine);
    const answered = nextNotice(one.store.changes, ({ jobId }) => jobId === theirs);
    one.store.changes.announce({ jobId: mine, version: 1 });
    await arrived;
    two.store.changes.announce({ jobId: theirs, version: 1 });
    await answered;
    expect(heard.map(({ jobId }) => jobId)).toEqual([mine, theirs]);
  });
});

describe("when its connection is lost", () => {
  test("the feed is down at once, comes back by itself, announces a gap, and hears again", async () => {
    const logger = new RecordingLogger();
    await using one = await openInstance(logger);
    await using two = await openInstance();
    const { job } = await one.fleet.jobs.create();
    expect(one.store.changes.isLive).toBe(true);
    const down = untilDown(one.store.changes);
    const back = nextGap(one.store.changes);
    const backToo = nextGap(two.store.changes);
    await database.killConnections();
    await down;
    await Promise.all([back, backToo]);
    expect(one.store.changes.isLive).toBe(true);
    expect(one.memory.size).toBe(0);
    expect(logger.messages("warn")).toContain("The change feed is down: jobs are read from the database until it is back");
    await one.fleet.jobs.get(job.id);
    const heard = nextNotice(one.store.changes, ({ jobId, version }) => jobId === job.id && version === 2);
    await two.fleet.jobs.update(job.id, { status: "running" });
    await heard;
    expect(await one.fleet.jobs.get(job.id)).toMatchObject({ version: 2 });
  });
});

describe("closing", () => {
  test("sends what is unsent, and is safe twice", async () => {
    const one = await openInstance();
    await using two = await openInstance();
    const jobId = crypto.randomUUID();
    const heard = nextNotice(two.store.changes, (notice) => notice.jobId === jobId);
    one.store.changes.announce({ jobId, version: 3 });
    await one.fleet.close();
    await one.fleet.close();
    expect(await heard).toEqual({ jobId, version: 3 });
    expect(one.store.changes.isLive).toBe(false);
  });
});

/** Turns of the event loop until the feed has noticed: it tells nobody that it is down, it is only asked. */
async function untilDown(feed: ChangeFeed): Promise<void> {
  while (feed.isLive) await new Promise(setImmediate);
}
