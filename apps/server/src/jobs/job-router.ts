import { pageLimit } from "@skill-fleet/core";
import { mutation, noInput, query } from "../procedure.ts";
import { router } from "../trpc.ts";
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
  create: mutation(newJob, async ({ ctx, input }) => {
    const { idempotencyKey, idempotencyScope, idempotencyTtlMs, onConflict, ...job } = input;
    const options = { idempotencyKey, idempotencyScope, idempotencyTtlMs, onConflict, actor: ctx.actor };
    const created = await ctx.fleet.jobs.create(job, options);
    return { ...created.job, deduplicated: created.deduplicated };
  }),

  get: query(jobQuery, ({ ctx, input: { id, minVersion } }) => ctx.fleet.jobs.get(id, { minVersion })),

  wait: query(jobWait, ({ ctx, input: { id, ...options } }) => {
    return ctx.fleet.jobs.waitForChange(id, { ...options, signal: ctx.signal });
  }),

  list: query(jobListQuery, ({ ctx, input }) => ctx.fleet.jobs.list(input)),

  update: mutation(jobChange, ({ ctx, input: { id, ifVersion, ...change } }) => {
    return ctx.fleet.jobs.update(id, change, { ifVersion, actor: ctx.actor });
  }),

  cancel: mutation(jobCancellation, ({ ctx, input: { id, ...options } }) => {
    return ctx.fleet.jobs.cancel(id, { ...options, actor: ctx.actor });
  }),

  retry: mutation(jobRetry, ({ ctx, input: { id, ifVersion } }) => {
    return ctx.fleet.jobs.retry(id, { ifVersion, actor: ctx.actor });
  }),

  delete: mutation(jobAddress, ({ ctx, input: { id } }) => ctx.fleet.jobs.delete(id)),

  events: query(jobEventsQuery, async ({ ctx, input: { id, afterVersion, limit = pageLimit.default } }) => {
    const events = await ctx.fleet.jobs.events(id, { afterVersion, limit });
    return { events, nextAfterVersion: (events.length === limit && events.at(-1)?.version) || null };
  }),

  stats: query(noInput, ({ ctx }) => ctx.fleet.jobs.stats()),
});
