import { afterAll, describe, expect, test } from "vitest";
import type { Actor } from "../actor.ts";
import { assembleFleet, openFleet } from "../fleet.ts";
import { openMemoryStore } from "../memory/open-memory-store.ts";
import { ManualClock } from "../testing/manual-clock.ts";
import { RecordingLogger } from "../testing/recording-logger.ts";
import { createTestDatabase } from "../testing/shared-postgres.ts";
import type { NewPrompt } from "./prompt.ts";

const ada: Actor = { id: "ada", via: "cli" };
const clock = new ManualClock();
const logger = new RecordingLogger();
const fleet = assembleFleet({ store: openMemoryStore({ clock }), logger, trustMs: Number.POSITIVE_INFINITY });
const { jobs, prompts } = fleet;
afterAll(() => fleet.close());

const createJob = async () => (await jobs.create()).job.id;
const ask = async (prompt: NewPrompt, jobId?: string) => (await prompts.open(jobId ?? (await createJob()), prompt)).prompt;
const pages = { type: "object", properties: { pages: { type: "integer" } }, required: ["pages"] };

describe("a schema", () => {
  test("that is none is refused with its path, and the job does not wait", async () => {
    const id = await createJob();
    await expect(prompts.open(id, { type: "question", responseSchema: { type: "wish" } })).rejects.toMatchObject({
      code: "INVALID_INPUT",
      jobId: id,
      details: { errors: expect.arrayContaining([expect.objectContaining({ path: ["responseSchema", "type"] })]) },
    });
    expect(await jobs.get(id)).toMatchObject({ status: "pending", version: 1 });
  });

  test("refuses what does not fit, and the prompt stays open for what does", async () => {
    const prompt = await ask({ type: "question", responseSchema: pages });
    await expect(prompts.respond(prompt.id, { pages: "many" })).rejects.toMatchObject({
      code: "INVALID_INPUT",
      jobId: prompt.jobId,
      message: "response.pages: must be integer",
      details: { errors: [{ path: ["response", "pages"], message: "must be integer" }] },
    });
    expect(await prompts.get(prompt.id)).toEqual(prompt);
    await prompts.respond(prompt.id, { pages: 3 });
  });

  test("comes with the built-in kinds, stays with the prompt, and gives way to one's own", async () => {
    expect((await ask({ type: "confirm" })).responseSchema).toMatchObject({ required: ["action"] });
    expect((await ask({ type: "confirm", responseSchema: pages })).responseSchema).toEqual(pages);
    expect((await ask({ type: "question" })).responseSchema).toBeNull();
  });

  test("takes a decision in other words only when it does not fit as it is", async () => {
    const plain = await ask({ type: "confirm" });
    await expect(prompts.respond(plain.id, { answer: "banana" })).rejects.toThrow(
      'response.action: must be one of: "proceed", "revise", "cancel"',
    );
    await prompts.respond(plain.id, { answer: "yes" }, { idempotencyKey: "k" });
    expect(await prompts.get(plain.id)).toMatchObject({ response: { answer: "yes", action: "proceed" } });
    // The same words again are the same response.
    expect(await prompts.respond(plain.id, { answer: "yes" }, { idempotencyKey: "k" })).toMatchObject({ status: "accepted" });
    const own = await ask({ type: "confirm", responseSchema: { type: "object", required: ["answer"] } });
    await prompts.respond(own.id, { answer: "yes" });
    expect(await prompts.get(own.id)).toMatchObject({ response: { answer: "yes" } });
    expect((await prompts.get(own.id)).response).not.toHaveProperty("action");
  });
});

describe("open", () => {
  test("again under the key of an open prompt returns it; a different question is refused with its id", async () => {
    const id = await createJob();
    const first = await prompts.open(id, { type: "question", key: "a", title: "Which?" });
    expect(await prompts.open(id, { type: "question", key: "a", title: "Which?" })).toEqual({ ...first, deduplicated: true });
    await expect(prompts.open(id, { type: "question", key: "a", title: "Who?" })).rejects.toMatchObject({
      code: "IDEMPOTENCY_CONFLICT",
      jobId: id,
      message: expect.stringContaining(`Revise or withdraw prompt ${first.prompt.id}`),
      details: { promptId: first.prompt.id },
    });
  });

  test("again under the key of a prompt that was revised since returns it; one of another type is refused", async () => {
    const id = await createJob();
    const { prompt } = await prompts.open(id, { type: "question", key: "a", title: "Which?" });
    const revised = await prompts.revise(prompt.id, { title: "Who?" });
    for (const title of ["Which?", "Who?"]) {
      expect(await prompts.open(id, { type: "question", key: "a", title })).toEqual({ prompt: revised, deduplicated: true });
    }
    await expect(prompts.open(id, { type: "confirm", key: "a", title: "Which?" })).rejects.toMatchObject({ code: "IDEMPOTENCY_CONFLICT" });
  });

  test("again with its id returns it, also when it was revised or answered since; for another job it is refused", async () => {
    const [id, promptId] = [await createJob(), crypto.randomUUID()];
    const question = { id: promptId.toUpperCase(), type: "question", title: "Which?" };
    expect(await prompts.open(id, question)).toMatchObject({ prompt: { id: promptId }, deduplicated: false });
    await prompts.revise(promptId, { title: "Who?" });
    await prompts.respond(promptId, "x");
    expect(await prompts.open(id, question)).toMatchObject({ prompt: { status: "answered", title: "Who?" }, deduplicated: true });
    await expect(prompts.open(await createJob(), question)).rejects.toMatchObject({ code: "IDEMPOTENCY_CONFLICT" });
  });

  test.each<[string, Partial<NewPrompt>, string]>([
    ["an id that is none", { id: "prompt-1" }, "id"],
    ["an empty key", { key: "" }, "key"],
    ["a deadline in the past", { expiresInMs: 0 }, "expiresInMs"],
    ["a deadline of no length", { expiresInMs: Number.NaN }, "expiresInMs"],
    ["a deadline in a thousand years", { expiresInMs: 1_000 * 365 * 86_400_000 }, "expiresInMs"],
    ["something to happen without a deadline", { onExpire: "resume" }, "onExpire"],
    ["something to happen that cannot", { expiresInMs: 1, onExpire: "explode" as never }, "onExpire"],
    ["a default that does not fit", { expiresInMs: 1, responseSchema: pages, onExpire: { response: {} } }, "onExpire"],
    ["a date that is none", { dueAt: new Date("never") }, "dueAt"],
    ["an assignee without a name", { assignee: "" }, "assignee"],
  ])("with %s is refused with its path", async (_, prompt, field) => {
    await expect(prompts.open(await createJob(), { type: "question", ...prompt })).rejects.toMatchObject({
      code: "INVALID_INPUT",
      details: { errors: [expect.objectContaining({ path: expect.arrayContaining([field]) })] },
    });
  });
});

describe("an answer to what was seen", () => {
  test("is refused with the current prompt when that shows something else", async () => {
    const { id, digest, jobId } = await ask({ type: "question", title: "Old?" });
    const revised = await prompts.revise(id, { title: "New?" }, { actor: ada });
    await expect(prompts.respond(id, "yes", { ifDigest: digest })).rejects.toMatchObject({
      code: "PROMPT_CHANGED",
      jobId,
      message: expect.stringContaining(revised.digest),
      details: { promptId: id, prompt: revised },
    });
    expect(await prompts.respond(id, "yes", { ifDigest: revised.digest, actor: ada })).toMatchObject({ status: "accepted" });
    const events = await jobs.events(jobId, { afterVersion: 2 });
    expect(events).toMatchObject([
      { kind: "prompt_revised", data: { promptId: id, digest: revised.digest }, actor: "ada", via: "cli" },
      { kind: "prompt_answered", data: { promptId: id, digest: revised.digest }, actor: "ada", via: "cli", at: new Date(clock.nowMs()) },
    ]);
  });

  test("repeated under its key gets its receipt whatever the digest", async () => {
    const { id, digest } = await ask({ type: "question" });
    const receipt = await prompts.respond(id, "yes", { ifDigest: digest, idempotencyKey: "k" });
    expect(await prompts.respond(id, "yes", { ifDigest: "old", idempotencyKey: "k" })).toEqual(receipt);
  });

  test("that is not quoted is held against the schema of the moment", async () => {
    const { id } = await ask({ type: "question", responseSchema: pages });
    const words = { type: "object", properties: { words: { type: "integer" } }, required: ["words"] };
    const [answered] = await Promise.allSettled([prompts.respond(id, { pages: 3 }), prompts.revise(id, { responseSchema: words })]);
    const prompt = await prompts.get(id);
    // Whichever came first, nothing is stored that misfits what the prompt asks.
    if (answered.status === "fulfilled") expect(prompt).toMatchObject({ responseSchema: pages, response: { pages: 3 } });
    else expect([prompt.status, answered.reason.code]).toEqual(["open", "INVALID_INPUT"]);
  });
});

describe("revise", () => {
  test("by 20 at once loses no change", async () => {
    const { id } = await ask({ type: "question", data: null });
    await Promise.all(Array.from({ length: 20 }, (_, n) => prompts.revise(id, n % 2 ? { title: `t${n}` } : { assignee: `a${n}` })));
    expect(await prompts.get(id)).toMatchObject({
      revision: 21,
      title: expect.stringMatching(/^t/),
      assignee: expect.stringMatching(/^a/),
    });
  });

  test("of the terms alone keeps the digest; null clears; the kind's form is kept", async () => {
    const { id, digest } = await ask({ type: "clarify", title: "x", data: "1. Which?", assignee: "ada" });
    const revised = await prompts.revise(id, { assignee: null, dueAt: new Date(0) });
    expect(revised).toMatchObject({ digest, assignee: null, dueAt: new Date(0), title: "x" });
    const cleared = await prompts.revise(id, { title: null, data: ["Who?"] });
    expect(cleared).toMatchObject({ title: null, data: { questions: [{ text: "Who?" }] }, dueAt: new Date(0) });
    expect(cleared.digest).not.toBe(digest);
  });

  test("with nothing, or with what cannot be, is refused", async () => {
    const { id } = await ask({ type: "question" });
    for (const change of [{}, { title: undefined }, { responseSchema: { type: "wish" } }, { title: "\0" }, { expiresInMs: -1 }]) {
      await expect(prompts.revise(id, change)).rejects.toMatchObject({ code: "INVALID_INPUT" });
    }
    expect(await prompts.get(id)).toMatchObject({ revision: 1 });
  });

  test("and withdraw of a prompt that is settled say how", async () => {
    const answered = await ask({ type: "question" });
    await prompts.respond(answered.id, "yes", { actor: ada });
    for (const change of [() => prompts.revise(answered.id, { title: "x" }), () => prompts.withdraw(answered.id)]) {
      await expect(change()).rejects.toMatchObject({ code: "PROMPT_ALREADY_ANSWERED", details: { winner: { response: "yes" } } });
      await expect(change()).rejects.toThrow(`Prompt ${answered.id} of job ${answered.jobId} has a response already, from ada`);
    }
    await expect(prompts.withdraw(crypto.randomUUID())).rejects.toMatchObject({ code: "PROMPT_NOT_FOUND" });
  });
});

describe("withdraw", () => {
  test("lets the job run on, says so in the log, and is the same the second time", async () => {
    const { id, jobId, digest } = await ask({ type: "question" });
    await expect(prompts.withdraw(id, { ifDigest: "other" })).rejects.toMatchObject({ code: "PROMPT_CHANGED" });
    const withdrawn = await prompts.withdraw(id, { ifDigest: digest, reason: "solved" });
    expect(withdrawn).toMatchObject({ status: "withdrawn" });
    expect(logger.lines.at(-1)).toMatchObject({ message: "HITL prompt withdrawn", fields: { jobId, promptId: id } });
    expect(await prompts.withdraw(id)).toEqual(withdrawn);
    expect(await jobs.get(jobId)).toMatchObject({ status: "running", version: 3 });
    await expect(prompts.respond(id, "late")).rejects.toMatchObject({ code: "PROMPT_CLOSED", details: { promptStatus: "withdrawn" } });
  });
});

describe("deadlines", () => {
  test("a late response is refused, and lets the deadline happen although nobody has looked", async () => {
    const { id, jobId } = await ask({ type: "question", expiresInMs: 10, onExpire: { response: { ok: true } } });
    clock.advance(10);
    const expiresAt = new Date(clock.nowMs());
    await expect(prompts.respond(id, { ok: false })).rejects.toMatchObject({
      code: "PROMPT_EXPIRED",
      jobId,
      message: expect.stringContaining(expiresAt.toISOString()),
      details: { promptId: id, expiresAt },
    });
    expect(await prompts.get(id)).toMatchObject({ status: "expired", response: { ok: true }, respondedBy: null });
    expect(await jobs.get(jobId)).toMatchObject({ status: "running" });
    await expect(prompts.revise(id, { title: "x" })).rejects.toMatchObject({ code: "PROMPT_EXPIRED" });
  });

  test("all that have passed happen in one sweep, however many; the log names each", async () => {
    const opened = await Promise.all(Array.from({ length: 250 }, () => ask({ type: "question", expiresInMs: 5 })));
    clock.advance(5);
    expect(await prompts.expireOverdue()).toBe(250);
    expect(await prompts.expireOverdue()).toBe(0);
    for (const { jobId } of opened) expect(await jobs.get(jobId)).toMatchObject({ status: "failed", version: 4 });
    expect(logger.lines.filter(({ message }) => message === "HITL prompt expired").length).toBeGreaterThanOrEqual(250);
  });

  test("on one database happen once, whichever of the fleets look, and also after none was there", async () => {
    await using database = await createTestDatabase();
    const persistence = { kind: "server", url: database.url } as const;
    const first = await openFleet({ persistence });
    const ids = await Promise.all(Array.from({ length: 120 }, async () => (await first.jobs.create()).job.id));
    await Promise.all(ids.map((id) => first.prompts.open(id, { type: "question", expiresInMs: 1, onExpire: "resume" })));
    await first.close();

    const fleets = [await openFleet({ persistence }), await openFleet({ persistence })];
    const done = await Promise.all([...fleets, ...fleets].map(({ prompts }) => prompts.expireOverdue()));
    const rest = await Promise.all(fleets.map(({ prompts }) => prompts.expireOverdue()));
    expect([...done, ...rest].reduce((sum, count) => sum + count)).toBe(120);
    const [{ n } = { n: 0 }] = (await database.query("select count(*)::int as n from job_events where kind = 'prompt_expired'")) as {
      n: number;
    }[];
    expect(n).toBe(120);
    for (const other of fleets) await other.close();
  });
});

describe("the inbox", () => {
  test("pages through what is due and what is not, and refuses what is no cursor or date", async () => {
    const jobId = await createJob();
    for (const dueAt of [null, new Date(2), new Date(1), null, new Date(-5)]) await ask({ type: "question", dueAt }, jobId);
    const seen: (number | undefined)[] = [];
    let cursor: string | null | undefined;
    do {
      const page = await prompts.inbox({ jobId, limit: 2, cursor: cursor ?? undefined });
      seen.push(...page.prompts.map(({ dueAt }) => dueAt?.getTime()));
      cursor = page.nextCursor;
    } while (cursor !== null);
    expect(seen).toEqual([-5, 1, 2, undefined, undefined]);
    for (const wrong of [{ cursor: "x" }, { dueBefore: new Date("never") }]) {
      await expect(prompts.inbox(wrong)).rejects.toMatchObject({ code: "INVALID_INPUT" });
    }
    await expect(prompts.inbox({ jobId: "job-1" })).rejects.toMatchObject({ code: "JOB_NOT_FOUND" });
  });
});
