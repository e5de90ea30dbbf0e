import { noInput, query } from "../procedure.ts";
import { router } from "../trpc.ts";

/** The server itself. */
export const systemRouter = router({
  health: query(noInput, () => ({ status: "ok" as const })),

  ready: query(noInput, async ({ ctx }) => {
    await ctx.fleet.check();
    const { durability, changeFeed } = ctx.fleet;
    return { status: "ready" as const, durability, changeFeed };
  }),
});
