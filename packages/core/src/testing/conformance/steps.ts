import { describe, expect, test } from "vitest";
import { jobStatuses } from "../../jobs/job-status.ts";
import { buildChange } from "../build-job.ts";
import type { StoreFixture } from "../store-conformance.ts";
import { queueOf } from "./queue-of.ts";

export function describeSteps(fixture: StoreFixture): void {
  const { claim, insert } = queueOf(fixture);

  describe("steps", () => {
    const step = (jobId: string, run: number, name: string, output: unknown, kind: "step" | "checkpoint" | "sleep" = "step") =>
      fixture.store.steps.put({ jobId, run, kind, name, output: output as never });

    test("are kept under the lease of their run, and the first output stays", async () => {
      const { steps } = fixture.store;
      const id = await insert();
      await claim();
      expect(await step(id, 1, "a", { n: 1 })).toEqual({ kind: "stored", output: { n: 1 }, ageMs: 0 });
      fixture.clock.advance(250);
      expect(await step(id, 1, "a", { n: 2 })).toEqual({ kind: "stored", output: { n: 1 }, ageMs: 250 });
      expect(await step(id, 2, "b", 1)).toEqual({ kind: "lost" });
      expect(await step(id, 1, "b", null)).toMatchObject({ output: null });
      expect(await steps.list(id)).toEqual([
        { kind: "step", name: "a", output: { n: 1 } },
        { kind: "step", name: "b", output: null },
      ]);
    });

    test("of a run that has ended are refused", async () => {
      const id = await insert();
      await claim();
      await fixture.store.jobs.update(id, buildChange({ status: "pending" }, { run: 1, place: { in: "queue" } }));
      expect(await step(id, 1, "a", 1)).toEqual({ kind: "lost" });
      await claim();
      expect(await step(id, 1, "a", 1)).toEqual({ kind: "lost" });
      expect(await step(id, 2, "a", 2)).toMatchObject({ kind: "stored" });
    });

    test("of one name and different kinds are different, and a checkpoint replaces the one before", async () => {
      const id = await insert();
      await claim();
      await step(id, 1, "a", 1);
      await step(id, 1, "a", 2, "checkpoint");
      expect(await step(id, 1, "a", 3, "checkpoint")).toMatchObject({ output: 3 });
      await step(id, 1, "a", 4, "sleep");
      expect((await fixture.store.steps.list(id)).map(({ kind, output }) => [kind, output])).toEqual([
        ["checkpoint", 3],
        ["sleep", 4],
        ["step", 1],
      ]);
    });

    test("outlive a failed attempt and a retry, and go with their job", async () => {
      const { jobs, steps } = fixture.store;
      const id = await insert();
      await claim();
      await step(id, 1, "a", 1);
      await jobs.update(id, buildChange({ status: "failed", error: "x" }, { run: 1, place: { in: "nowhere" } }));
      await jobs.update(
        id,
        buildChange({ status: "pending" }, { allowedFrom: ["failed"], newAttempt: true, place: { in: "queue", delayMs: 0 } }),
      );
      expect(await steps.list(id)).toHaveLength(1);
      await jobs.delete(id, jobStatuses);
      expect(await steps.list(id)).toEqual([]);
    });

    test("of many jobs stored at once each arrive", async () => {
      await Promise.all(Array.from({ length: 30 }, () => insert()));
      const jobs = await claim({ limit: 30 });
      const outcomes = await Promise.all(jobs.flatMap(({ id, run }) => [step(id, run, "a", id), step(id, run, "b", run)]));
      expect(outcomes.every(({ kind }) => kind === "stored")).toBe(true);
      for (const { id } of jobs) expect(await fixture.store.steps.list(id)).toHaveLength(2);
    });
  });
}
