import { describe, expect, test } from "vitest";
import type { Ground } from "../ground.ts";
import type { Stage } from "../stage.ts";

export function describeSleeps({ using }: Ground): void {
  describe("a sleep", () => {
    test("frees the slot and goes on when it is over, in the same handler", () =>
      using(async ({ perform, create, ended, until }) => {
        let begun = 0;
        await perform(
          async (job, ctx) => {
            begun += 1;
            await ctx.sleep("nap", job.input?.n ?? 0);
            return "awake";
          },
          { concurrency: 1 },
        );
        const long = await create({ input: { n: 400 } });
        await until(long, ({ availableAt, run }) => run === 1 && availableAt !== null);
        expect(await ended(await create({ input: { n: 0 } }))).toMatchObject({ result: "awake", run: 1 });
        const job = await ended(long);
        expect(job).toMatchObject({ result: "awake", run: 2, attempt: 1 });
        expect(begun).toBe(2);
      }));

    test("goes on being the same sleep when another worker takes the job up", () =>
      using(async ({ perform, create, ended, until, fleet }) => {
        const handler: Parameters<Stage["perform"]>[0] = async (_, ctx) => {
          await ctx.sleep("nap", 300);
          return "awake";
        };
        const first = await perform(handler);
        const jobId = await create();
        await until(jobId, ({ availableAt, run }) => run === 1 && availableAt !== null);
        await first.stop();
        await perform(handler);
        expect(await ended(jobId)).toMatchObject({ result: "awake", attempt: 1 });
        expect((await fleet.jobs.events(jobId)).filter(({ kind }) => kind === "slept")).toHaveLength(1);
      }));
  });
}
