// What a user of the package writes. It is compiled under `strict`, with our declarations checked,
// and run against a live server.
import { strict as assert } from "node:assert";
import { createClient, defineJob } from "@skill-fleet/client";
import {
  type Answer,
  createWorker,
  type Handler,
  NonRetryableError,
  PromptWithdrawnError,
  RetryAfterError,
  type Worker,
  type WorkerLogger,
} from "@skill-fleet/worker";
import { z } from "zod";

const client = createClient({ url: process.env["SKILL_FLEET_URL"] ?? "http://localhost:8000" });
const limit = { signal: AbortSignal.timeout(30_000) };

const poem = defineJob({
  type: "poem",
  input: z.object({ topic: z.string(), lines: z.number().default(4) }),
  result: z.object({ text: z.string(), writtenAt: z.string() }),
  prompts: {
    preview: {
      data: z.object({ draft: z.string() }),
      response: z.object({ action: z.enum(["proceed", "revise"]), feedback: z.string().default("") }),
    },
    anything: {},
  },
});

const said: string[] = [];
const logger: WorkerLogger = { info: (_, message) => said.push(message), warn() {}, error: (_, message) => said.push(message) };
const tries: number[] = [];

const write: Handler<typeof poem> = async (job, ctx) => {
  tries.push(ctx.attempt);
  if (ctx.attempt === 1) throw new RetryAfterError("not in the mood", 0);
  if (job.input.topic === "") throw new NonRetryableError("about nothing");
  const draft = await ctx.step("draft", () => ({ text: `${job.input.lines} lines about ${job.input.topic}`, at: new Date(0) }));
  const writtenAt: string = draft.at;
  await ctx.progress(50, "Drafted");
  const { action, feedback } = await ctx.ask("preview", { draft: draft.text }, { title: "Any good?" });
  assert.deepEqual([action, feedback], ["proceed", ""]);
  const other: Answer<Record<string, unknown>> = await ctx.ask("anything", null, { expiresInMs: 1, onExpire: "resume" });
  assert.equal(other.status, "expired");
  await ctx.sleep("a night", 1);
  ctx.log.info({}, "Written");
  return { text: draft.text, writtenAt };
};

const worker: Worker = createWorker({ backend: client.worker, concurrency: 2, logger }).handle(poem, write, { attemptTimeoutMs: 20_000 });
await worker.start();
const { id } = await client.jobs.create(poem, { input: { topic: "tides" } });
const preview = await client.hitl.waitForPrompt(poem, id, "preview", limit);
assert.equal(preview.data.draft, "4 lines about tides");
await client.hitl.respond(preview.id, { action: "proceed" });
const ended = await client.jobs.waitFor(poem, id, limit);
assert.equal(ended.error, null);
assert.deepEqual(ended.result, { text: "4 lines about tides", writtenAt: "1970-01-01T00:00:00.000Z" });
await worker.stop();
assert.deepEqual(tries, [1, 2]);
assert.deepEqual(said, ["Worker started", "Written", "Worker stopped"]);
assert.ok(new PromptWithdrawnError("gone") instanceof NonRetryableError);
