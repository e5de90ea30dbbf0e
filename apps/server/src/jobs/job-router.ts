import { procedure, router } from "../trpc.ts";
import {
  jobAddress,
  jobCancellation,
  jobChange,
  jobEventsQuery,
  jobListQuery,
  jobQuery,
  jobRetry,
  jobWait,
  newJob,
} from "./job-schemas.ts";

/** Jobs: create, read, move, look back. */
export const jobRouter = router({
  create: procedure.input(newJob).mutation(async ({ ctx, input }) => {
    const { idempotencyKey, idempotencyScope, idempotencyTtlMs, onConflict, ...job } = input;
    const options = { idempotencyKey, idempotencyScope, idempotencyTtlMs, onConflict, actor: ctx.actor };
    const created = await ctx.fleet.jobs.create(job, options);
    return { ...created.job, deduplicated: created.deduplicated };
  }),

  get: procedure.input(jobQuery).query(({ ctx, input: { id, minVersion } }) => ctx.fleet.jobs.get(id, { minVersion })),

  wait: procedure.input(jobWait).query(({ ctx, input: { id, ...options }, signal }) => {
    return ctx.fleet.jobs.waitForChange(id, { ...options, signal });
  }),

  list: procedure.input(jobListQuery).query(({ ctx, input }) => ctx.fleet.jobs.list(input)),

  update: procedure.input(jobChange).mutation(({ ctx, input: { id, ifVersion, ...change } }) => {
    return ctx.fleet.jobs.update(id, change, { ifVersion, actor: ctx.actor });
  }),

  cancel: procedure.input(jobCancellation).mutation(({ ctx, input: { id, ...options } }) => {
    return ctx.fleet.jobs.cancel(id, { ...options, actor: ctx.actor });
  }),

  retry: procedure.input(jobRetry).mutation(({ ctx, input: { id, ifVersion } }) => {
    return ctx.fleet.jobs.retry(id, { ifVersion, actor: ctx.actor });
  }),

  delete: procedure.input(jobAddress).mutation(({ ctx, input: { id } }) => ctx.fleet.jobs.delete(id)),

  events: procedure.input(jobEventsQuery).query(async ({ ctx, input: { id, ...options } }) => ({
    events: await ctx.fleet.jobs.events(id, options),
  })),

  stats: procedure.query(({ ctx }) => ctx.fleet.jobs.stats()),
});
