import { defineJob, type JobOf } from "@skill-fleet/client";
import { expectTypeOf, test } from "vitest";
import { z } from "zod";
import { type Answer, type AnswerOf, createWorker, type Handler, RetryAfterError, type WorkerBackend } from "./index.ts";

const skillCreation = defineJob({
  type: "skill_creation",
  input: z.object({ topic: z.string().min(1), depth: z.number().default(1) }),
  result: z.object({ path: z.string(), pages: z.number().default(1) }),
  prompts: {
    clarify: {},
    rating: { response: z.object({ stars: z.int(), note: z.string().default("") }) },
    preview: {
      data: z.object({ draft: z.string() }),
      response: z.object({ action: z.enum(["proceed", "revise", "cancel"]), feedback: z.string().optional() }),
    },
  },
});
type Definition = typeof skillCreation;
type Preview = { action: "proceed" | "revise" | "cancel"; feedback?: string | undefined };

/** Compiled, never run: so are the handlers. */
declare const backend: WorkerBackend;
const handle = (handler: Handler<Definition>) => createWorker({ backend }).handle(skillCreation, handler);

test("a handler gets the job with its input as it is read", () => {
  expectTypeOf<Parameters<Handler<Definition>>[0]>().toEqualTypeOf<JobOf<Definition>>();
  expectTypeOf<JobOf<Definition>["input"]>().toEqualTypeOf<{ topic: string; depth: number }>();
});

test("a handler returns the result as it is written, so that its defaults may be absent", () => {
  expectTypeOf<ReturnType<Handler<Definition>>>().resolves.toEqualTypeOf<{ path: string; pages?: number | undefined }>();
});

test("an answer has the shape of its prompt as it is read", () => {
  expectTypeOf<AnswerOf<Definition, "preview">>().toEqualTypeOf<Preview>();
  expectTypeOf<AnswerOf<Definition, "rating">>().toEqualTypeOf<{ stars: number; note: string }>();
  expectTypeOf<AnswerOf<Definition, "clarify">>().toEqualTypeOf<Record<string, unknown>>();
});

test("a question may be asked with data or without, with terms or without, and with each end of its deadline", () => {
  async function questions(...[, ctx]: Parameters<Handler<Definition>>) {
    expectTypeOf(await ctx.ask("preview", { draft: "" })).toEqualTypeOf<Preview>();
    expectTypeOf(await ctx.ask("preview", { draft: "" }, { title: "Look", assignee: "ada", dueAt: new Date() })).toEqualTypeOf<Preview>();
    expectTypeOf(await ctx.ask("preview", { draft: "" }, { expiresInMs: 1, onExpire: "fail" })).toEqualTypeOf<Preview>();
    const fallback = { response: { action: "proceed" } };
    expectTypeOf(await ctx.ask("preview", { draft: "" }, { expiresInMs: 1, onExpire: fallback })).toEqualTypeOf<Preview>();
    const answer = await ctx.ask("preview", { draft: "" }, { expiresInMs: 1, onExpire: "resume" });
    expectTypeOf(answer).toEqualTypeOf<Answer<Preview>>();
    expectTypeOf(answer.status).toEqualTypeOf<"answered" | "expired">();
    if (answer.status === "answered") expectTypeOf(answer.response).toEqualTypeOf<Preview>();
    expectTypeOf(await ctx.ask("clarify")).toEqualTypeOf<Record<string, unknown>>();
    expectTypeOf(await ctx.ask("clarify", { anything: ["at all"] }, { title: "Which?" })).toEqualTypeOf<Record<string, unknown>>();
    const together = await Promise.all([ctx.ask("rating"), ctx.ask("preview", { draft: "" })]);
    expectTypeOf(together).toEqualTypeOf<[{ stars: number; note: string }, Preview]>();
  }
  expectTypeOf(questions).returns.resolves.toBeVoid();
});

test("a step gives back its output as JSON has it", () => {
  async function steps(...[, ctx]: Parameters<Handler<Definition>>) {
    expectTypeOf(await ctx.step("now", () => new Date())).toEqualTypeOf<string>();
    expectTypeOf(await ctx.step("plan", async () => ({ at: new Date(), parts: [1] }))).toEqualTypeOf<{ at: string; parts: number[] }>();
    expectTypeOf(await ctx.step("fetch", async (signal) => signal.aborted)).toEqualTypeOf<boolean>();
    expectTypeOf(await ctx.lastCheckpoint<{ next: number }>()).toEqualTypeOf<{ next: number } | undefined>();
  }
  expectTypeOf(steps).returns.resolves.toBeVoid();
});

/** Compiled, never run. */
async function mistakes() {
  // @ts-expect-error: a result of another shape
  handle(async () => ({ paht: "skills/tides" }));
  // @ts-expect-error: no result
  handle(async () => {});
  // @ts-expect-error: there is no such limit
  createWorker({ backend }).handle(skillCreation, async () => ({ path: "" }), { timeoutMs: 1 });
  // @ts-expect-error: it says when
  new RetryAfterError("later");
  handle(async (job, ctx) => {
    // @ts-expect-error: a field that the input does not have
    job.input.topics;
    // @ts-expect-error: a prompt that the job does not have
    await ctx.ask("previw", { draft: "" });
    // @ts-expect-error: data of another shape
    await ctx.ask("preview", { draft: 1 });
    // @ts-expect-error: data with a field that is misspelt
    await ctx.ask("preview", { drafft: "" });
    // @ts-expect-error: a preview shows a draft
    await ctx.ask("preview");
    // @ts-expect-error: nothing resumes without a deadline
    await ctx.ask("preview", { draft: "" }, { onExpire: "resume" });
    // @ts-expect-error: nothing of that name happens at a deadline
    await ctx.ask("preview", { draft: "" }, { expiresInMs: 1, onExpire: "resum" });
    // @ts-expect-error: the name of the question is its key
    await ctx.ask("preview", { draft: "" }, { key: "k" });
    const { action } = await ctx.ask("preview", { draft: "" });
    // @ts-expect-error: an action that does not exist
    if (action === "proceeed") throw new Error();
    const answer = await ctx.ask("rating", null, { expiresInMs: 1, onExpire: "resume" });
    // @ts-expect-error: it may have expired
    answer.response.stars;
    // @ts-expect-error: what is stored is JSON: a date comes back as text
    (await ctx.step("now", () => new Date())).getTime();
    return { path: "" };
  });
}

test("what does not compile is announced line by line", () => {
  expectTypeOf(mistakes).returns.resolves.toBeVoid();
});
