import { setTimeout as delay } from "node:timers/promises";
import { createTestDatabase } from "@skill-fleet/core/testing";
import { expect, test } from "vitest";
import { openStage, play } from "./testing/stage.ts";

test("connections that are cut under load strand no job: everything that was acknowledged is done", async () => {
  await using database = await createTestDatabase();
  await using stage = await openStage({ persistence: { kind: "server", url: database.url } });
  await stage.perform(
    async (job, ctx) => {
      const n = await ctx.step("count", () => job.input?.n ?? 0);
      return n * 2;
    },
    { concurrency: 20, retryAfterMs: () => 1 },
  );
  const acknowledged: { id: string; n: number }[] = [];
  let cuts = 0;
  const endsAtMs = performance.now() + 4_000;
  const load = Array.from({ length: 8 }, async (_, lane) => {
    for (let n = lane; performance.now() < endsAtMs; n += 8) {
      try {
        acknowledged.push({ id: await stage.create({ input: { n }, maxAttempts: 1_000 }), n });
      } catch {
        // Not acknowledged: it may be there or not.
        await delay(10);
      }
    }
  });
  while (performance.now() < endsAtMs) {
    await delay(300);
    cuts += await database.killConnections();
  }
  await Promise.all(load);
  expect(cuts).toBeGreaterThan(5);
  expect(acknowledged.length).toBeGreaterThan(100);
  for (const { id, n } of acknowledged) expect(await stage.ended(id)).toMatchObject({ status: "completed", result: n * 2 });
  // Those that were not acknowledged but are there were done as well.
  expect((await stage.fleet.jobs.list({ type: play.type, status: ["pending", "running", "pending_hitl"], limit: 1 })).jobs).toEqual([]);
}, 90_000);
