import { procedure, router } from "../trpc.ts";
import { inboxQuery, jobResponse, newPrompt, promptAddress, promptOfJob, promptResponse } from "./prompt-schemas.ts";

/** The person in the loop: ask, see what is asked, answer. */
export const hitlRouter = router({
  open: procedure.input(newPrompt).mutation(({ ctx, input: { jobId, ...prompt } }) => {
    return ctx.fleet.prompts.open(jobId, prompt, { actor: ctx.actor });
  }),

  current: procedure.input(promptOfJob).query(({ ctx, input: { jobId } }) => ctx.fleet.prompts.current(jobId)),

  get: procedure.input(promptAddress).query(({ ctx, input: { promptId } }) => ctx.fleet.prompts.get(promptId)),

  inbox: procedure.input(inboxQuery).query(({ ctx, input }) => ctx.fleet.prompts.inbox(input)),

  respond: procedure.input(promptResponse).mutation(({ ctx, input: { promptId, response, idempotencyKey } }) => {
    return ctx.fleet.prompts.respond(promptId, response, { idempotencyKey, actor: ctx.actor });
  }),

  respondToJob: procedure.input(jobResponse).mutation(({ ctx, input: { jobId, response, idempotencyKey } }) => {
    return ctx.fleet.prompts.respondToJob(jobId, response, { idempotencyKey, actor: ctx.actor });
  }),
});
