import { procedure, router } from "../trpc.ts";

/** The server itself. */
export const systemRouter = router({
  health: procedure.query(() => ({ status: "ok" as const })),

  ready: procedure.query(async ({ ctx }) => {
    await ctx.fleet.check();
    const { durability, changeFeed } = ctx.fleet;
    return { status: "ready" as const, durability, changeFeed };
  }),
});
