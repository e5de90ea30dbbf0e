import { describe, expect, test } from "vitest";
import type { JobInsert } from "../../jobs/job-repository.ts";
import { buildInsert } from "../build-job.ts";
import type { StoreFixture } from "../store-conformance.ts";

export function describeIdempotency(fixture: StoreFixture): void {
  describe("an idempotency key", () => {
    const keyed = (overrides: Partial<JobInsert>) =>
      fixture.store.jobs.insert(buildInsert({ idempotencyKey: "k", requestHash: "h", ...overrides }));

    test("is unique within its scope only", async () => {
      const one = await keyed({ idempotencyScope: "a" });
      const two = await keyed({ idempotencyScope: "b" });
      expect([one.kind, two.kind]).toEqual(["inserted", "inserted"]);
      expect(await keyed({ idempotencyScope: "a" })).toMatchObject({
        kind: "replayed",
        job: { id: one.kind === "inserted" && one.job.id },
      });
    });

    test("stands for its job until its time is over, and then makes a new one", async () => {
      const { clock } = fixture;
      const first = await keyed({ idempotencyTtlMs: 1_000 });
      clock.advance(999);
      expect(await keyed({ requestHash: "other" })).toMatchObject({ kind: "key_conflict" });
      clock.advance(1);
      const outcomes = await Promise.all(Array.from({ length: 5 }, () => keyed({ idempotencyTtlMs: 1_000 })));
      expect(outcomes.filter(({ kind }) => kind === "inserted")).toHaveLength(1);
      expect(outcomes.filter(({ kind }) => kind === "replayed")).toHaveLength(4);
      expect(first).toMatchObject({ kind: "inserted" });
    });
  });
}
