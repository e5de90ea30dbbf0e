import { describe, expect, test } from "vitest";
import { JobCancelledError, LeaseLostError } from "../../errors.ts";
import { endOf } from "../end-of.ts";
import { gate } from "../gate.ts";
import type { Ground } from "../ground.ts";

export function describeLostLeases({ using }: Ground): void {
  describe("a lost lease", () => {
    test("of a cancelled job ends the signal within a heartbeat, and closes what was asked", () =>
      using(async ({ perform, create, fleet }) => {
        const ends: Promise<unknown>[] = [];
        const begun = gate();
        await perform(async (_, { signal }) => {
          ends.push(endOf(signal));
          begun.open();
          await endOf(signal);
        });
        const jobId = await create();
        await begun.passed;
        await fleet.jobs.cancel(jobId, { reason: "not needed" });
        expect(await ends[0]).toBeInstanceOf(JobCancelledError);
        expect(await fleet.jobs.get(jobId)).toMatchObject({ status: "cancelled", error: "not needed" });
      }));

    test("refuses everything that a handler which swallows all errors still writes", () =>
      using(async ({ perform, create, fleet, ended }) => {
        const swallowed: unknown[] = [];
        const [begun, cut, through] = [gate(), gate(), gate()];
        await perform(
          async (_, ctx) => {
            if (ctx.attempt > 1) return "second";
            begun.open();
            await cut.passed;
            for (const write of [
              () => ctx.progress(99),
              () => ctx.step("late", () => 1),
              () => ctx.ask("anything"),
              () => ctx.checkpoint(1),
            ]) {
              await write().catch((error) => swallowed.push(error));
            }
            through.open();
            return "first";
          },
          { concurrency: 1 },
        );
        const jobId = await create();
        await begun.passed;
        await fleet.leases.fail({ jobId, run: 1, error: "taken away", retryAfterMs: 0 });
        cut.open();
        await through.passed;
        expect(await ended(jobId)).toMatchObject({ result: "second", attempt: 2 });
        expect(swallowed).toHaveLength(4);
        for (const error of swallowed) expect(error).toBeInstanceOf(LeaseLostError);
        expect(await fleet.leases.steps({ jobId })).toEqual([]);
      }));
  });
}
