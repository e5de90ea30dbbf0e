import { actionWords, maxSchemaBytes, promptKinds } from "@skill-fleet/core";
import { procedure, router } from "../trpc.ts";
import {
  inboxQuery,
  jobResponse,
  newPrompt,
  promptAddress,
  promptChange,
  promptOfJob,
  promptResponse,
  promptWithdrawal,
} from "./prompt-schemas.ts";

const config = {
  kinds: Object.entries(promptKinds).map(([type, { description, responseSchema }]) => ({ type, description, responseSchema })),
  actionWords,
  maxSchemaBytes,
};

/** The person in the loop: ask, see what is asked, answer. */
export const hitlRouter = router({
  open: procedure.input(newPrompt).mutation(async ({ ctx, input: { jobId, ...prompt } }) => {
    const opened = await ctx.fleet.prompts.open(jobId, prompt, { actor: ctx.actor });
    return { ...opened.prompt, deduplicated: opened.deduplicated };
  }),

  current: procedure.input(promptOfJob).query(({ ctx, input: { jobId, type } }) => ctx.fleet.prompts.current(jobId, { type })),

  get: procedure.input(promptAddress).query(({ ctx, input: { promptId } }) => ctx.fleet.prompts.get(promptId)),

  inbox: procedure.input(inboxQuery).query(({ ctx, input }) => ctx.fleet.prompts.inbox(input)),

  revise: procedure.input(promptChange).mutation(({ ctx, input: { promptId, ifDigest, ...change } }) => {
    return ctx.fleet.prompts.revise(promptId, change, { ifDigest, actor: ctx.actor });
  }),

  withdraw: procedure.input(promptWithdrawal).mutation(({ ctx, input: { promptId, ...options } }) => {
    return ctx.fleet.prompts.withdraw(promptId, { ...options, actor: ctx.actor });
  }),

  respond: procedure.input(promptResponse).mutation(({ ctx, input: { promptId, response, ...options } }) => {
    return ctx.fleet.prompts.respond(promptId, response, { ...options, actor: ctx.actor });
  }),

  respondToJob: procedure.input(jobResponse).mutation(({ ctx, input: { jobId, response, ...options } }) => {
    return ctx.fleet.prompts.respondToJob(jobId, response, { ...options, actor: ctx.actor });
  }),

  config: procedure.query(() => config),
});
