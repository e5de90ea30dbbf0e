import { expect, test } from "vitest";
import type { Ground } from "../ground.ts";

export function describeCheckpoints({ using }: Ground): void {
  test("a checkpoint is what the next attempt finds, the last one of many", () =>
    using(async ({ perform, create, ended }) => {
      const visited: number[] = [];
      await perform(
        async (_, ctx) => {
          const from = (await ctx.lastCheckpoint<{ next: number }>())?.next ?? 0;
          for (let n = from; n < 6; n += 1) {
            visited.push(n);
            if (n === 3 && ctx.attempt === 1) throw new Error("half way");
            await ctx.checkpoint({ next: n + 1 });
          }
        },
        { retryAfterMs: () => 0 },
      );
      expect(await ended(await create())).toMatchObject({ status: "completed", attempt: 2 });
      expect(visited).toEqual([0, 1, 2, 3, 3, 4, 5]);
    }));

  test("a checkpoint is what the attempt that stored it finds as well", () =>
    using(async ({ perform, create, ended }) => {
      await perform(async (_, ctx) => {
        const found = [await ctx.lastCheckpoint()];
        await ctx.checkpoint({ next: 1 });
        found.push(await ctx.lastCheckpoint());
        return found;
      });
      expect(await ended(await create())).toMatchObject({ result: [null, { next: 1 }] });
    }));
}
