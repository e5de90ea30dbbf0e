import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createClient } from "./index.ts";
import { type LiveServer, startLiveServer } from "./testing/live-server.ts";

let server: LiveServer;
beforeAll(async () => {
  server = await startLiveServer();
});
afterAll(() => server.close());

describe("calls of one tick", () => {
  test.each([2_900, 15_000, 50_000])("are taken though all of them together are larger than this server takes: %d each", async (length) => {
    const { jobs } = createClient({ url: server.url });
    const created = await Promise.all(Array.from({ length: 100 }, () => jobs.create({ input: "x".repeat(length) })));
    expect(new Set(created.map(({ id }) => id)).size).toBe(100);
  });

  test.each([
    { length: 100, requests: 1 },
    { length: 3_100, requests: 3 },
    { length: 40_000, requests: 30 },
  ])("share as many requests as their size allows: 30 of $length in $requests", async ({ length, requests }) => {
    let sent = 0;
    const counting: typeof fetch = (...args) => {
      sent += 1;
      return fetch(...args);
    };
    const { jobs } = createClient({ url: server.url, fetch: counting });
    await Promise.all(Array.from({ length: 30 }, () => jobs.create({ input: "x".repeat(length) })));
    expect(sent).toBe(requests);
  });

  test("have nothing to do with one that is too large, or cannot be written", async () => {
    const { jobs } = createClient({ url: server.url });
    const [good, large, unwritable, unreadable] = await Promise.allSettled([
      jobs.create({ input: "x" }),
      jobs.create({ input: "x".repeat(2_000_000) }),
      jobs.create({ input: 1n as never }),
      jobs.list({ type: "\u65e5".repeat(1_000) }),
    ]);
    expect(good.status).toBe("fulfilled");
    expect(large).toMatchObject({ reason: { code: "UNEXPECTED_REPLY", status: 413, retryable: false } });
    expect(unwritable).toMatchObject({ reason: { code: "INVALID_INPUT", message: expect.stringContaining("BigInt") } });
    expect(unreadable).toMatchObject({ reason: { code: "INVALID_INPUT", message: expect.stringContaining("longer than a read") } });
  });
});
