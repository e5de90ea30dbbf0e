import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { RecordingLogger } from "../testing/recording-logger.ts";
import { createTestDatabase } from "../testing/shared-postgres.ts";
import { startTcpProxy } from "../testing/tcp-proxy.ts";
import type { TestDatabase } from "../testing/test-databases.ts";
import { PostgresChangeFeed, type PostgresChangeFeedOptions } from "./postgres-change-feed.ts";
import { ServerDatabase } from "./server-database.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database[Symbol.asyncDispose]());

const isDown = "The change feed is down: jobs are read from the database until it is back";
const isBack = "The change feed is back";
/** A ping interval, two waits for a reply, and some. */
const boundMs = 4_000;

async function startFeed(options: Partial<PostgresChangeFeedOptions> = {}) {
  const logger = new RecordingLogger();
  const pool = new ServerDatabase({ url: database.url, logger });
  const timing = { pingIntervalMs: 50, replyTimeoutMs: 500 };
  const feed = await PostgresChangeFeed.start({ url: database.url, database: pool, logger, ...timing, ...options });
  return {
    feed,
    logger,
    pool,
    [Symbol.asyncDispose]: async () => {
      await feed.close();
      await pool.close();
    },
  };
}

const until = (check: () => void) => vi.waitFor(check, { timeout: boundMs, interval: 10 });

describe("the state of a feed", () => {
  test("is live with the lag of its own voice, which is measured again and again", async () => {
    await using one = await startFeed();
    const { since, lagMs } = one.feed.status;
    expect(one.feed.status).toEqual({ state: "live", since: expect.any(Date), lagMs: expect.any(Number), gaps: 0 });
    await until(() => expect(one.feed.status.lagMs).not.toBe(lagMs));
    expect(one.feed.status.since).toBe(since);
    expect(one.logger.lines).toEqual([]);
  });

  test("stays live when its pool has no connection free for a ping", async () => {
    await using one = await startFeed({ replyTimeoutMs: 500 });
    const busy = Array.from({ length: 10 }, () => one.pool.query({ text: "select pg_sleep(1.2)" }, []));
    const { lagMs } = one.feed.status;
    await until(() => expect(one.feed.status.lagMs).not.toBe(lagMs));
    await Promise.all(busy);
    expect([one.feed.status.state, one.feed.status.gaps]).toEqual(["live", 0]);
  });

  test("ends without a word in the log when the feed is closed", async () => {
    const one = await startFeed();
    await one[Symbol.asyncDispose]();
    expect(one.feed.isLive).toBe(false);
    expect(one.logger.lines).toEqual([]);
  });
});

describe("a connection that is half-open", () => {
  test("is noticed in time, said once with the reason, and once when the feed is back with how long it was away", async () => {
    await using proxy = await startTcpProxy(database.url);
    await using one = await startFeed({ url: proxy.through(database.url) });
    await using two = await startFeed();
    expect(one.feed.isLive).toBe(true);
    proxy.goHalfOpen();
    await until(() => expect(one.feed.isLive).toBe(false));
    expect(one.feed.status).toMatchObject({ state: "down", gaps: 1 });
    proxy.recover();
    await until(() => expect(one.feed.status).toMatchObject({ state: "live", gaps: 1 }));
    expect(one.logger.lines.map(({ level, message }) => [level, message])).toEqual([
      ["warn", isDown],
      ["info", isBack],
    ]);
    const [down, back] = one.logger.lines;
    expect(down?.fields).toEqual({ reason: expect.stringMatching(/did not come back in time/) });
    expect(back?.fields).toEqual({ awayMs: expect.any(Number), gaps: 1 });
    const heard = new Promise<void>((resolve) => {
      one.feed.subscribe({ onGap() {}, onChange: ({ jobId }) => jobId === "after" && resolve() });
    });
    two.feed.announce({ jobId: "after", version: 1 });
    await heard;
  });

  test("does not hold up the start, nor the end", async () => {
    await using proxy = await startTcpProxy(database.url);
    proxy.goHalfOpen();
    const one = await startFeed({ url: proxy.through(database.url) });
    expect(one.feed.status).toMatchObject({ state: "down", lagMs: null, gaps: 1 });
    expect(one.logger.messages("warn")).toEqual([isDown]);
    await one[Symbol.asyncDispose]();
    proxy.recover();
    const two = await startFeed({ url: proxy.through(database.url), pingIntervalMs: 60_000 });
    proxy.goHalfOpen();
    await two[Symbol.asyncDispose]();
  });
});

test("a feed whose own address leads to another database is not live, and says so once", async () => {
  await using other = await createTestDatabase();
  await using one = await startFeed({ url: other.url, hasOwnUrl: true, replyTimeoutMs: 100 });
  expect(one.feed.status).toMatchObject({ state: "down", gaps: 1 });
  expect(one.logger.messages("warn")).toEqual([
    "The change feed does not hear itself: DATABASE_DIRECT_URL leads to another database than DATABASE_URL, or to a transaction pooler as well. Jobs are read from the database until it does",
  ]);
});
