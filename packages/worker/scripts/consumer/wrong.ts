// What must not compile. Each mistake is announced: a declaration that is `any` would accept it, and
// the announcement itself would then be the error.
import { createClient, defineJob } from "@skill-fleet/client";
import { createWorker, RetryAfterError } from "@skill-fleet/worker";
import { z } from "zod";

const backend = createClient({ url: "http://localhost:8000" }).worker;
const poem = defineJob({
  type: "poem",
  input: z.object({ topic: z.string() }),
  result: z.object({ text: z.string() }),
  prompts: { preview: { data: z.object({ draft: z.string() }), response: z.object({ action: z.enum(["proceed", "revise"]) }) } },
});

// @ts-expect-error: a worker needs a fleet
createWorker({});
// @ts-expect-error: there is no such option
createWorker({ backend, concurency: 2 });
// @ts-expect-error: it says when
new RetryAfterError("later");
// @ts-expect-error: there is no such limit
createWorker({ backend }).handle(poem, async () => ({ text: "" }), { timeoutMs: 1 });
// @ts-expect-error: a result of another shape
createWorker({ backend }).handle(poem, async () => ({ txt: "" }));

createWorker({ backend }).handle(poem, async (job, ctx) => {
  // @ts-expect-error: a field that the input does not have
  job.input.topics;
  // @ts-expect-error: a prompt that the job does not have
  await ctx.ask("previw", { draft: "" });
  // @ts-expect-error: data of another shape
  await ctx.ask("preview", { drafft: "" });
  // @ts-expect-error: a preview shows a draft
  await ctx.ask("preview");
  // @ts-expect-error: nothing resumes without a deadline
  await ctx.ask("preview", { draft: "" }, { onExpire: "resume" });
  const { action } = await ctx.ask("preview", { draft: "" });
  // @ts-expect-error: an action that does not exist
  if (action === "cancel") throw new Error();
  // @ts-expect-error: what is stored is JSON: a date comes back as text
  (await ctx.step("now", () => new Date())).getTime();
  return { text: "" };
});
