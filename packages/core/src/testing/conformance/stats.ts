import { describe, expect, test } from "vitest";
import type { JobInsert } from "../../jobs/job-repository.ts";
import { buildChange, buildInsert, buildPrompt } from "../build-job.ts";
import type { StoreFixture } from "../store-conformance.ts";

export function describeStats(fixture: StoreFixture): void {
  const insertJob = async (overrides: Partial<JobInsert> = {}) => {
    const insert = buildInsert(overrides);
    await fixture.store.jobs.insert(insert);
    return insert.id;
  };

  describe("stats", () => {
    test("of no jobs count zero everywhere and have no rate and no durations", async () => {
      expect(await fixture.store.jobs.stats()).toEqual({
        estimated: false,
        total: 0,
        byStatus: { pending: 0, running: 0, pending_hitl: 0, completed: 0, failed: 0, cancelled: 0 },
        byType: [],
        completionRate: null,
        durations: null,
      });
    });

    test("count every status and every type, the most frequent first, ties by name", async () => {
      const { jobs, prompts } = fixture.store;
      const [, b, c, d] = [await insertJob(), await insertJob(), await insertJob({ type: "zip" }), await insertJob({ type: "import" })];
      await jobs.update(b, buildChange({ status: "running" }));
      await jobs.update(c, buildChange({ status: "failed", error: "x" }));
      await prompts.open(buildPrompt(d), ["pending"]);
      expect(await jobs.stats()).toMatchObject({
        estimated: false,
        total: 4,
        byStatus: { pending: 1, running: 1, pending_hitl: 1, completed: 0, failed: 1, cancelled: 0 },
        byType: [
          { type: "report", total: 2 },
          { type: "import", total: 1 },
          { type: "zip", total: 1 },
        ],
        completionRate: 0,
        durations: null,
      });
    });

    test("measure completed jobs from start to end, between the samples where a percentile falls there", async () => {
      const { store, clock } = fixture;
      for (const tookMs of [100, 400, 200, 300]) {
        const id = await insertJob();
        clock.advance(7);
        await store.jobs.update(id, buildChange({ status: "running" }));
        clock.advance(tookMs);
        await store.jobs.update(id, buildChange({ status: "completed", result: null }));
      }
      await store.jobs.update(await insertJob(), buildChange({ status: "cancelled" }));
      const { durations, completionRate } = await store.jobs.stats();
      expect(completionRate).toBe(4 / 5);
      expect(durations?.averageMs).toBeCloseTo(250, 6);
      expect(durations?.p50Ms).toBeCloseTo(250, 6);
      expect(durations?.p95Ms).toBeCloseTo(385, 6);
    });
  });
}
