import { describe, expect, test } from "vitest";
import { gate } from "../gate.ts";
import type { Ground } from "../ground.ts";

export function describeHandlers({ using, kindsOf }: Ground): void {
  describe("a handler", () => {
    test("gets the job with its input in the defined shape, and its result completes the job", () =>
      using(async ({ perform, create, ended }) => {
        const jobId = await create({ input: {} });
        await perform(async (job, { attempt, signal }) => ({ id: job.id, n: job.input?.n, attempt, aborted: signal.aborted }));
        const job = await ended(jobId);
        expect(job).toMatchObject({
          status: "completed",
          result: { id: jobId, n: 0, attempt: 1, aborted: false },
          run: 1,
          workerId: null,
        });
        expect(await kindsOf(jobId)).toEqual(["created", "started", "completed"]);
      }));

    test("whose job is created while the worker waits is started by the notice", () =>
      using(async ({ perform, create, ended }) => {
        await perform(async () => "done");
        for (let n = 0; n < 5; n += 1) expect(await ended(await create())).toMatchObject({ result: "done" });
      }));

    test("gets no input that is not of the defined shape: the job fails at once and says where", () =>
      using(async ({ perform, create, ended }) => {
        await perform(async () => "never");
        const job = await ended(await create({ input: { n: "many" } }));
        expect(job).toMatchObject({
          status: "failed",
          attempt: 1,
          error: expect.stringMatching(/^The input is not of the defined shape: n: /),
        });
      }));

    test("says how far it is", () =>
      using(async ({ perform, create, ended, fleet }) => {
        await perform(async (_, ctx) => {
          await ctx.progress(40, "Drafting", "write");
          await ctx.progress(60);
        });
        const jobId = await create();
        expect(await ended(jobId)).toMatchObject({ progressPercent: 100, progressMessage: "Drafting", currentPhase: "write" });
        const updates = (await fleet.jobs.events(jobId)).filter(({ kind }) => kind === "updated").map(({ data }) => data);
        expect(updates).toEqual([{ progressPercent: 40, progressMessage: "Drafting", currentPhase: "write" }, { progressPercent: 60 }]);
      }));

    test("of many jobs runs as many at once as the worker has slots, and no more", () =>
      using(async ({ perform, create, ended }) => {
        let running = 0;
        let most = 0;
        const full = gate();
        await perform(
          async () => {
            running += 1;
            most = Math.max(most, running);
            if (running === 3) full.open();
            await full.passed;
            await new Promise(setImmediate);
            running -= 1;
          },
          { concurrency: 3 },
        );
        const ids = await Promise.all(Array.from({ length: 12 }, () => create()));
        await Promise.all(ids.map(ended));
        expect(most).toBe(3);
      }));
  });

  test("a job that may not run before an instant is started then", () =>
    using(async ({ perform, create, ended }) => {
      await perform(async () => {});
      const runAt = new Date(Date.now() + 400);
      const job = await ended(await create({ runAt }));
      expect(Number(job.startedAt)).toBeGreaterThanOrEqual(runAt.getTime());
      expect(Number(job.startedAt) - runAt.getTime()).toBeLessThan(1_500);
    }));
}
