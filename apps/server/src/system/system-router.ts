import { procedure, router } from "../trpc.ts";

/** The server itself. */
export const systemRouter = router({
  health: procedure.query(() => ({ status: "ok" as const })),

  ready: procedure.query(async ({ ctx }) => {
    await ctx.fleet.check();
    return { status: "ready" as const, durability: ctx.fleet.durability };
  }),
});
