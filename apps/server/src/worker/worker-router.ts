import { mutation, query } from "../procedure.ts";
import { router } from "../trpc.ts";
import {
  askRequest,
  attemptFailure,
  claimRequest,
  completion,
  heartbeatRequest,
  leaseAddress,
  newStep,
  progressReport,
  sleepRequest,
  stepsQuery,
  workerAddress,
  workerIntroduction,
} from "./worker-schemas.ts";

/** What a worker does: get jobs, say that it lives, write down what it makes of them. */
export const workerRouter = router({
  register: mutation(workerIntroduction, ({ ctx, input }) => ctx.fleet.leases.register(input)),

  claim: mutation(claimRequest, async ({ ctx, input }) => ({
    jobs: await ctx.fleet.leases.claim(input, { actor: ctx.actor, signal: ctx.signal }),
  })),

  heartbeat: mutation(heartbeatRequest, ({ ctx, input }) => ctx.fleet.leases.heartbeat(input)),

  deregister: mutation(workerAddress, ({ ctx, input }) => ctx.fleet.leases.deregister(input, { actor: ctx.actor })),

  complete: mutation(completion, ({ ctx, input }) => ctx.fleet.leases.complete(input, { actor: ctx.actor })),

  fail: mutation(attemptFailure, ({ ctx, input }) => ctx.fleet.leases.fail(input, { actor: ctx.actor })),

  release: mutation(leaseAddress, ({ ctx, input }) => ctx.fleet.leases.release(input, { actor: ctx.actor })),

  progress: mutation(progressReport, ({ ctx, input }) => ctx.fleet.leases.progress(input, { actor: ctx.actor })),

  steps: query(stepsQuery, async ({ ctx, input }) => ({ steps: await ctx.fleet.leases.steps(input) })),

  putStep: mutation(newStep, async ({ ctx, input }) => ({ output: await ctx.fleet.leases.putStep(input) })),

  ask: mutation(askRequest, ({ ctx, input }) => ctx.fleet.leases.ask(input, { actor: ctx.actor })),

  sleep: mutation(sleepRequest, ({ ctx, input }) => ctx.fleet.leases.sleep(input, { actor: ctx.actor })),
});
