import { procedure, router } from "../trpc.ts";
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
  register: procedure.input(workerIntroduction).mutation(({ ctx, input }) => ctx.fleet.leases.register(input)),

  claim: procedure.input(claimRequest).mutation(async ({ ctx, input, signal }) => ({
    jobs: await ctx.fleet.leases.claim(input, { actor: ctx.actor, signal }),
  })),

  heartbeat: procedure.input(heartbeatRequest).mutation(({ ctx, input }) => ctx.fleet.leases.heartbeat(input)),

  deregister: procedure.input(workerAddress).mutation(({ ctx, input }) => ctx.fleet.leases.deregister(input, { actor: ctx.actor })),

  complete: procedure.input(completion).mutation(({ ctx, input }) => ctx.fleet.leases.complete(input, { actor: ctx.actor })),

  fail: procedure.input(attemptFailure).mutation(({ ctx, input }) => ctx.fleet.leases.fail(input, { actor: ctx.actor })),

  release: procedure.input(leaseAddress).mutation(({ ctx, input }) => ctx.fleet.leases.release(input, { actor: ctx.actor })),

  progress: procedure.input(progressReport).mutation(({ ctx, input }) => ctx.fleet.leases.progress(input, { actor: ctx.actor })),

  steps: procedure.input(stepsQuery).query(async ({ ctx, input }) => ({ steps: await ctx.fleet.leases.steps(input) })),

  putStep: procedure.input(newStep).mutation(async ({ ctx, input }) => ({ output: await ctx.fleet.leases.putStep(input) })),

  ask: procedure.input(askRequest).mutation(({ ctx, input }) => ctx.fleet.leases.ask(input, { actor: ctx.actor })),

  sleep: procedure.input(sleepRequest).mutation(({ ctx, input }) => ctx.fleet.leases.sleep(input, { actor: ctx.actor })),
});
