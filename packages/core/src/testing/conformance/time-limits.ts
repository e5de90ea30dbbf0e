import { describe, expect, test } from "vitest";
import { buildChange } from "../build-job.ts";
import type { StoreFixture } from "../store-conformance.ts";
import { queueOf } from "./queue-of.ts";

export function describeTimeLimits(fixture: StoreFixture): void {
  const { insert, later } = queueOf(fixture);

  describe("a deadline of a job", () => {
    test("is found when it has passed, and only while the job lives", async () => {
      const { clock, store } = fixture;
      const id = await insert({ timeoutMs: 1_000 });
      await insert();
      expect((await store.jobs.find(id))?.deadlineAt).toEqual(later(1_000));
      clock.advance(999);
      expect(await store.jobs.overdue(10)).toEqual([]);
      clock.advance(1);
      expect(await store.jobs.overdue(10)).toEqual([id]);
      await store.jobs.update(id, buildChange({ status: "failed", error: "late" }, { place: { in: "nowhere" } }));
      expect(await store.jobs.overdue(10)).toEqual([]);
      expect((await store.jobs.find(id))?.deadlineAt).toBeNull();
    });
  });
}
