import { describe, expect, test } from "vitest";
import { WorkerStoppingError } from "../../errors.ts";
import { createWorker } from "../../worker.ts";
import { endOf } from "../end-of.ts";
import { gate } from "../gate.ts";
import type { Ground } from "../ground.ts";
import { play } from "../stage.ts";

export function describeStops({ using, kindsOf }: Ground): void {
  describe("stop", () => {
    test("lets handlers end that do so in time", () =>
      using(async ({ perform, create, fleet }) => {
        const [begun, finish] = [gate(), gate()];
        const worker = await perform(async () => {
          begun.open();
          await finish.passed;
          return "finished";
        });
        const jobId = await create();
        await begun.passed;
        const stopped = worker.stop();
        finish.open();
        await stopped;
        expect(await fleet.jobs.get(jobId)).toMatchObject({ status: "completed", result: "finished" });
      }));

    test("hands back what does not end, without costing an attempt, and says why", () =>
      using(async ({ perform, create, fleet }) => {
        const ends: Promise<unknown>[] = [];
        const begun = gate();
        const worker = await perform(async (_, { signal }) => {
          ends.push(endOf(signal));
          begun.open();
          throw await endOf(signal);
        });
        const jobId = await create();
        await begun.passed;
        await worker.stop({ drainMs: 0 });
        expect(await ends[0]).toBeInstanceOf(WorkerStoppingError);
        expect(await fleet.jobs.get(jobId)).toMatchObject({ status: "pending", attempt: 1, workerId: null });
        expect(await kindsOf(jobId)).toEqual(["created", "started", "released"]);
      }));

    test("is safe twice, at once, and unstarted, and a worker starts once", () =>
      using(async ({ perform, backend }) => {
        const worker = await perform(async () => {});
        await Promise.all([worker.stop(), worker.stop()]);
        await worker.stop();
        await expect(worker.start()).rejects.toThrow("starts once");
        const unstarted = createWorker({ backend });
        await unstarted.stop();
        await expect(unstarted.start()).rejects.toThrow("starts once");
        await expect(createWorker({ backend }).start()).rejects.toThrow("nothing to do");
        expect(() => createWorker({ backend, concurrency: 0 })).toThrow("concurrency must");
        expect(() => createWorker({ backend, maxParked: Number.NaN })).toThrow("maxParked must");
        expect(() =>
          createWorker({ backend })
            .handle(play, async () => {})
            .handle(play, async () => {}),
        ).toThrow("has a handler already");
      }));
  });
}
