import { actionWords, maxSchemaBytes, promptKinds } from "@skill-fleet/core";
import { mutation, noInput, query } from "../procedure.ts";
import { router } from "../trpc.ts";
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
  open: mutation(newPrompt, async ({ ctx, input: { jobId, ...prompt } }) => {
    const opened = await ctx.fleet.prompts.open(jobId, prompt, { actor: ctx.actor });
    return { ...opened.prompt, deduplicated: opened.deduplicated };
  }),

  current: query(promptOfJob, ({ ctx, input: { jobId, type } }) => ctx.fleet.prompts.current(jobId, { type })),

  get: query(promptAddress, ({ ctx, input: { promptId } }) => ctx.fleet.prompts.get(promptId)),

  inbox: query(inboxQuery, ({ ctx, input }) => ctx.fleet.prompts.inbox(input)),

  revise: mutation(promptChange, ({ ctx, input: { promptId, ifDigest, ...change } }) => {
    return ctx.fleet.prompts.revise(promptId, change, { ifDigest, actor: ctx.actor });
  }),

  withdraw: mutation(promptWithdrawal, ({ ctx, input: { promptId, ...options } }) => {
    return ctx.fleet.prompts.withdraw(promptId, { ...options, actor: ctx.actor });
  }),

  respond: mutation(promptResponse, ({ ctx, input: { promptId, response, ...options } }) => {
    return ctx.fleet.prompts.respond(promptId, response, { ...options, actor: ctx.actor });
  }),

  respondToJob: mutation(jobResponse, ({ ctx, input: { jobId, response, ...options } }) => {
    return ctx.fleet.prompts.respondToJob(jobId, response, { ...options, actor: ctx.actor });
  }),

  config: query(noInput, () => config),
});
