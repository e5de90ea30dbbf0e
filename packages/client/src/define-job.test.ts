import { afterAll, beforeAll, describe, expect, expectTypeOf, test } from "vitest";
import { z } from "zod";
import { createClient, defineJob, type FleetClient, type JobOf, type Json, type PromptName, type ResponseOf } from "./index.ts";
import { type LiveServer, startLiveServer } from "./testing/live-server.ts";

const skillCreation = defineJob({
  type: "skill_creation",
  input: z.object({ topic: z.string().min(1), depth: z.number().default(1) }),
  result: z.object({ path: z.string() }),
  prompts: {
    clarify: {},
    rating: { response: z.object({ stars: z.int().min(1).max(5), tags: z.array(z.enum(["a", "b"])).optional() }) },
    preview: {
      data: z.object({ draft: z.string() }),
      response: z.object({ action: z.enum(["proceed", "revise", "cancel"]), feedback: z.string().optional() }),
    },
  },
});

let server: LiveServer;
let client: FleetClient;

beforeAll(async () => {
  server = await startLiveServer();
  client = createClient({ url: server.url });
});
afterAll(() => server.close());

const createJob = async () => (await client.jobs.create(skillCreation, { input: { topic: "tides" } })).id;

describe("a defined job", () => {
  test("is created, asks, is answered and ends in its shapes", async () => {
    const created = await client.jobs.create(skillCreation, { input: { topic: "tides" }, tags: ["ocean"] });
    expect(created).toMatchObject({ type: "skill_creation", input: { topic: "tides" }, tags: ["ocean"], deduplicated: false });
    const waiting = client.hitl.waitForPrompt(skillCreation, created.id, "preview");
    await client.hitl.open(skillCreation, created.id, "preview", { data: { draft: "Tides are..." }, title: "Look" });
    const prompt = await waiting;
    expect([prompt.type, prompt.data.draft, prompt.title]).toEqual(["preview", "Tides are...", "Look"]);
    expect((await client.hitl.current(skillCreation, created.id, "preview")).id).toBe(prompt.id);
    const receipt = await client.hitl.respond(skillCreation, created.id, "preview", { action: "proceed" }, { ifDigest: prompt.digest });
    expect(receipt).toMatchObject({ promptId: prompt.id, jobStatus: "running" });
    await client.jobs.update(created.id, { status: "completed", result: { path: "skills/tides" } });
    const ended = await client.jobs.waitFor(skillCreation, created.id);
    expect(ended.status === "completed" && ended.result.path).toBe("skills/tides");
    expect((await client.jobs.get(skillCreation, created.id)).input.topic).toBe("tides");
  });

  test("with an input of another shape is refused before it is sent, with the path", async () => {
    const wrong = { topic: "", depth: "deep" } as unknown as { topic: string };
    await expect(client.jobs.create(skillCreation, { input: wrong })).rejects.toMatchObject({
      name: "FleetClientError",
      code: "INVALID_INPUT",
      details: { errors: [{ path: ["input", "topic"] }, { path: ["input", "depth"] }] },
    });
  });

  test("asks with data of its shape only", async () => {
    const wrong = { draft: 1 } as unknown as { draft: string };
    await expect(client.hitl.open(skillCreation, await createJob(), "preview", { data: wrong })).rejects.toMatchObject({
      code: "INVALID_INPUT",
      details: { errors: [{ path: ["data", "draft"] }] },
    });
  });

  test("takes responses of the defined shape only, whoever sends them", async () => {
    const id = await createJob();
    const { id: promptId } = await client.hitl.open(skillCreation, id, "rating");
    for (const [response, path] of [
      [{ stars: 6 }, ["response", "stars"]],
      [{ stars: 1.5 }, ["response", "stars"]],
      [{}, ["response", "stars"]],
      [{ stars: 1, tags: ["a", "c"] }, ["response", "tags", 1]],
    ] as const) {
      await expect(createClient({ url: server.url }).hitl.respond(promptId, response as never)).rejects.toMatchObject({
        code: "INVALID_INPUT",
        details: { errors: [{ path }] },
      });
    }
    await client.hitl.respond(skillCreation, id, "rating", { stars: 5, tags: ["a"] });
  });

  test("answers the prompt of the name among several", async () => {
    const id = await createJob();
    const rating = await client.hitl.open(skillCreation, id, "rating", {});
    await client.hitl.open(skillCreation, id, "clarify", { data: "Which?" });
    expect(await client.hitl.respond(skillCreation, id, "clarify", { anything: true })).toMatchObject({ jobStatus: "pending_hitl" });
    expect(await client.hitl.waitForPrompt(skillCreation, id, "rating")).toMatchObject({ id: rating.id });
  });

  test.each([
    ["checks of text", z.object({ x: z.email() }), { x: "a@example.com" }, { x: "a" }],
    ["patterns", z.object({ x: z.string().regex(/^[a-z]+$/) }), { x: "a" }, { x: "1" }],
    ["lists of choices", z.object({ x: z.union([z.literal("a"), z.number()]) }), { x: 1 }, { x: "b" }],
    ["records", z.object({ x: z.record(z.string(), z.boolean()) }), { x: { y: true } }, { x: { y: 1 } }],
    ["objects in objects", z.object({ x: z.object({ y: z.string() }) }), { x: { y: "a" } }, { x: {} }],
    ["what may be null", z.object({ x: z.string().nullable() }), { x: null }, { x: 1 }],
  ])("%s reach the server", async (_, response, good, bad) => {
    const job = defineJob({ type: "checked", input: z.null(), result: z.null(), prompts: { question: { response } } });
    const { id } = await client.jobs.create(job, { input: null });
    await client.hitl.open(job, id, "question", {});
    await expect(client.hitl.respond(job, id, "question", bad as never)).rejects.toMatchObject({ code: "INVALID_INPUT" });
    await client.hitl.respond(job, id, "question", good as never);
  });

  test("whose response JSON cannot express cannot be defined", () => {
    for (const when of [z.date(), z.bigint()]) {
      const response = z.object({ when }) as unknown as z.ZodType<unknown, Record<string, unknown>>;
      expect(() => defineJob({ type: "x", input: z.null(), result: z.null(), prompts: { ask: { response } } })).toThrow();
    }
  });
});

describe("what does not compile", () => {
  /** Compiled, never run. */
  async function mistakes() {
    const id = "id";
    // @ts-expect-error: a misspelt action
    await client.hitl.respond(skillCreation, id, "preview", { action: "proceeed" });
    // @ts-expect-error: a prompt that the job does not have
    await client.hitl.respond(skillCreation, id, "previw", { action: "proceed" });
    // @ts-expect-error: a response without its action
    await client.hitl.respond(skillCreation, id, "preview", { feedback: "shorter" });
    // @ts-expect-error: a response is an object
    await client.hitl.respond(skillCreation, id, "clarify", "yes");
    // @ts-expect-error: an input of another shape
    await client.jobs.create(skillCreation, { input: { topic: 1 } });
    // @ts-expect-error: no input
    await client.jobs.create(skillCreation, {});
    // @ts-expect-error: the definition says the type
    await client.jobs.create(skillCreation, { input: { topic: "x" }, type: "report" });
    // @ts-expect-error: a preview shows a draft
    await client.hitl.open(skillCreation, id, "preview", {});
    // @ts-expect-error: data of another shape
    await client.hitl.open(skillCreation, id, "preview", { data: { drafft: "x" } });
    // @ts-expect-error: nothing of that name happens at a deadline
    await client.hitl.open(skillCreation, id, "clarify", { onExpire: "resum" });
    // @ts-expect-error: the definition says the schema
    await client.hitl.open(skillCreation, id, "clarify", { responseSchema: {} });
    // @ts-expect-error: a prompt that the job does not have
    await client.hitl.waitForPrompt(skillCreation, id, "confirm");
    const job = await client.jobs.get(skillCreation, id);
    // @ts-expect-error: a field that the input does not have
    job.input.topics;
    // @ts-expect-error: a job that may not have ended has no result
    job.result.path;
    // @ts-expect-error: a response is an object
    defineJob({ type: "x", input: z.null(), result: z.null(), prompts: { ask: { response: z.string() } } });
  }

  test("is announced line by line", () => {
    expectTypeOf(mistakes).returns.resolves.toBeVoid();
  });
});

test("the types of a definition are those of its shapes", () => {
  type Definition = typeof skillCreation;
  expectTypeOf<PromptName<Definition>>().toEqualTypeOf<"clarify" | "rating" | "preview">();
  expectTypeOf<ResponseOf<Definition, "preview">>().toEqualTypeOf<{
    action: "proceed" | "revise" | "cancel";
    feedback?: string | undefined;
  }>();
  expectTypeOf<ResponseOf<Definition, "clarify">>().toEqualTypeOf<{ [key: string]: Json }>();
  expectTypeOf<JobOf<Definition>["type"]>().toEqualTypeOf<"skill_creation">();
  expectTypeOf<JobOf<Definition>["input"]>().toEqualTypeOf<{ topic: string; depth: number }>();
  type Completed = Extract<JobOf<Definition>, { status: "completed" }>;
  expectTypeOf<Completed["result"]>().toEqualTypeOf<{ path: string }>();
  expectTypeOf<Completed["completedAt"]>().toEqualTypeOf<Date>();
  const bare = defineJob({ type: "bare", input: z.null(), result: z.null() });
  expectTypeOf<PromptName<typeof bare>>().toBeNever();
  expect(bare.responseSchemas).toEqual({});
});
