import { EventEmitter, once } from "node:events";
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
  const news = new EventEmitter();
  let isOver = false;
  const load = Array.from({ length: 8 }, async (_, lane) => {
    for (let n = lane; !isOver; n += 8) {
      try {
        acknowledged.push({ id: await stage.create({ input: { n }, maxAttempts: 1_000 }), n });
        news.emit("acknowledged");
      } catch {
        // Not acknowledged: it may be there or not.
      }
    }
  });
  let connectionsCut = 0;
  for (let cut = 0; cut < 6; cut += 1) {
    const enough = acknowledged.length + 30;
    while (acknowledged.length < enough) await once(news, "acknowledged");
    connectionsCut += await database.killConnections();
  }
  isOver = true;
  await Promise.all(load);
  expect(connectionsCut).toBeGreaterThanOrEqual(6);
  for (const { id, n } of acknowledged) expect(await stage.ended(id)).toMatchObject({ status: "completed", result: n * 2 });
  // Those that were not acknowledged but are there were done as well.
  expect((await stage.fleet.jobs.list({ type: play.type, status: ["pending", "running", "pending_hitl"], limit: 1 })).jobs).toEqual([]);
}, 90_000);
