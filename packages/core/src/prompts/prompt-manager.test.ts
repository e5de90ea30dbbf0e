import { describe, expect, test } from "vitest";
import type { Actor } from "../actor.ts";
import { assembleFleet } from "../fleet.ts";
import { openMemoryStore } from "../memory/open-memory-store.ts";
import { ManualClock } from "../testing/manual-clock.ts";
import { RecordingLogger } from "../testing/recording-logger.ts";

const ada: Actor = { id: "ada", via: "api" };
const clock = new ManualClock();
const logger = new RecordingLogger();
const { jobs, prompts } = assembleFleet({ store: openMemoryStore({ clock }), logger, trustMs: Number.POSITIVE_INFINITY });

const createJob = async () => (await jobs.create({ userId: "u" })).job.id;
const question = { type: "question" };
const ask = async (...given: Parameters<typeof prompts.open>) => (await prompts.open(...given)).prompt;

describe("open", () => {
  test("asks with what is given, moves the job to pending_hitl, and says so in the log", async () => {
    const id = await createJob();
    const prompt = await ask(id, { type: "preview", title: "Look", data: { draft: "x" } }, { actor: ada });
    expect(prompt).toMatchObject({ jobId: id, type: "preview", title: "Look", body: null, data: { draft: "x" }, status: "open" });
    expect(await jobs.get(id)).toMatchObject({ status: "pending_hitl", version: 2 });
    expect(await jobs.events(id, { afterVersion: 1 })).toMatchObject([{ kind: "prompt_opened", actor: "ada" }]);
    expect(logger.lines.at(-1)).toEqual({ level: "info", message: "HITL prompt opened", fields: { jobId: id, promptId: prompt.id } });
  });

  test("on a final job is refused with its id and status", async () => {
    const id = await createJob();
    await jobs.cancel(id);
    await expect(prompts.open(id, question)).rejects.toMatchObject({
      code: "INVALID_TRANSITION",
      jobId: id,
      message: expect.stringContaining(`Job ${id} is cancelled and cannot become pending_hitl`),
    });
  });

  test("on an absent job finds no job", async () => {
    for (const id of [crypto.randomUUID(), "job-1"])
      await expect(prompts.open(id, question)).rejects.toMatchObject({ code: "JOB_NOT_FOUND" });
  });

  test("refuses an empty type, a long one, and what cannot be stored", async () => {
    const id = await createJob();
    for (const prompt of [{ type: "" }, { type: "x".repeat(201) }, { type: "ok", title: "\0" }, { type: "ok", data: [Number.NaN] }]) {
      await expect(prompts.open(id, prompt)).rejects.toMatchObject({ code: "INVALID_INPUT", jobId: id });
    }
    expect(await jobs.get(id)).toMatchObject({ status: "pending", version: 1 });
  });
});

describe("current", () => {
  test("is the one open prompt of a job", async () => {
    const id = await createJob();
    const prompt = await ask(id, question);
    expect(await prompts.current(id)).toEqual(prompt);
    expect(await prompts.get(prompt.id.toUpperCase())).toEqual(prompt);
  });

  test("of a job with several is refused and lists them", async () => {
    const id = await createJob();
    const promptIds = [(await ask(id, question)).id, (await ask(id, question)).id];
    await expect(prompts.current(id)).rejects.toMatchObject({ code: "SEVERAL_OPEN_PROMPTS", jobId: id, details: { promptIds } });
  });

  test("of a job without one is refused with the job's status", async () => {
    const id = await createJob();
    await expect(prompts.current(id)).rejects.toMatchObject({
      code: "NO_OPEN_PROMPT",
      jobId: id,
      message: `Job ${id} is pending and has no open prompt.`,
    });
  });

  test("of an absent job finds no job", async () => {
    await expect(prompts.current(crypto.randomUUID())).rejects.toMatchObject({ code: "JOB_NOT_FOUND" });
    await expect(prompts.current("job-1")).rejects.toMatchObject({ code: "JOB_NOT_FOUND" });
  });
});

describe("respond", () => {
  test("takes the answer, gives a receipt, and the job runs on", async () => {
    const id = await createJob();
    const prompt = await ask(id, question);
    const receipt = { status: "accepted", promptId: prompt.id, jobId: id, jobStatus: "running", jobVersion: 3 };
    expect(await prompts.respond(prompt.id, { ok: true }, { actor: ada })).toEqual(receipt);
    expect(await jobs.get(id)).toMatchObject({ status: "running" });
    expect(await prompts.get(prompt.id)).toMatchObject({
      status: "answered",
      response: { ok: true },
      respondedBy: "ada",
      respondedVia: "api",
    });
    expect(logger.lines.at(-1)).toMatchObject({ message: "HITL response accepted", fields: { jobId: id, promptId: prompt.id } });
  });

  test("repeated with its key gives the same receipt, whatever became of the job since", async () => {
    const id = await createJob();
    const prompt = await ask(id, question);
    const receipt = await prompts.respond(prompt.id, { a: 1, b: 2 }, { idempotencyKey: "k" });
    await jobs.update(id, { status: "completed" });
    expect(await prompts.respond(prompt.id, { b: 2, a: 1 }, { idempotencyKey: "k" })).toEqual(receipt);
    expect(await jobs.get(id)).toMatchObject({ status: "completed" });
  });

  test("after the winner is refused with the winner, and says whether the answer was the same", async () => {
    const id = await createJob();
    const prompt = await ask(id, question);
    await prompts.respond(prompt.id, "yes", { actor: ada });
    const winner = { response: "yes", respondedBy: "ada", respondedVia: "api", respondedAt: new Date(clock.nowMs()) };
    const at = winner.respondedAt.toISOString();
    await expect(prompts.respond(prompt.id, "no")).rejects.toMatchObject({
      code: "PROMPT_ALREADY_ANSWERED",
      jobId: id,
      message: `Prompt ${prompt.id} of job ${id} has another response already, from ada at ${at}.`,
      details: { promptId: prompt.id, winner },
    });
    await expect(prompts.respond(prompt.id, "yes")).rejects.toThrow("has the same response already");
  });

  test("of 50 people at once accepts one", async () => {
    const id = await createJob();
    const prompt = await ask(id, question);
    const results = await Promise.allSettled(Array.from({ length: 50 }, (_, value) => prompts.respond(prompt.id, value)));
    expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    const codes = results.flatMap((result) => (result.status === "rejected" ? [result.reason.code] : []));
    expect(new Set(codes)).toEqual(new Set(["PROMPT_ALREADY_ANSWERED"]));
  });

  test("to a prompt whose job ended is refused", async () => {
    const id = await createJob();
    const prompt = await ask(id, question);
    await jobs.cancel(id);
    await expect(prompts.respond(prompt.id, true)).rejects.toMatchObject({ code: "PROMPT_CLOSED", jobId: id });
    expect(await jobs.get(id)).toMatchObject({ status: "cancelled" });
  });

  test("to an absent prompt finds none", async () => {
    for (const id of [crypto.randomUUID(), "prompt-1"]) {
      await expect(prompts.respond(id, true)).rejects.toMatchObject({
        code: "PROMPT_NOT_FOUND",
        message: `There is no prompt ${JSON.stringify(id)}.`,
      });
    }
  });

  test("refuses what cannot be stored, and the prompt stays open", async () => {
    const id = await createJob();
    const prompt = await ask(id, question);
    await expect(prompts.respond(prompt.id, "\0")).rejects.toMatchObject({ code: "INVALID_INPUT" });
    await expect(prompts.respond(prompt.id, true, { idempotencyKey: "" })).rejects.toMatchObject({ code: "INVALID_INPUT" });
    expect(await prompts.current(id)).toEqual(prompt);
  });
});

describe("respondToJob", () => {
  test("answers the one open prompt", async () => {
    const id = await createJob();
    const prompt = await ask(id, question);
    expect(await prompts.respondToJob(id, true)).toMatchObject({ promptId: prompt.id, jobStatus: "running" });
  });

  test("with several open is refused, and answers none", async () => {
    const id = await createJob();
    await ask(id, question);
    await ask(id, question);
    await expect(prompts.respondToJob(id, true)).rejects.toMatchObject({ code: "SEVERAL_OPEN_PROMPTS" });
    expect(await jobs.get(id)).toMatchObject({ status: "pending_hitl", version: 3 });
  });

  test("repeated after it won gives the receipt again, and another answer is told the winner", async () => {
    const id = await createJob();
    await ask(id, question);
    const receipt = await prompts.respondToJob(id, "yes", { idempotencyKey: "k" });
    expect(await prompts.respondToJob(id, "yes", { idempotencyKey: "k" })).toEqual(receipt);
    await expect(prompts.respondToJob(id, "no", { idempotencyKey: "l" })).rejects.toMatchObject({ code: "PROMPT_ALREADY_ANSWERED" });
  });

  test("repeated after the job has asked again gets its receipt, and answers nothing new", async () => {
    const id = await createJob();
    await ask(id, { type: "preview", title: "The first draft" });
    const receipt = await prompts.respondToJob(id, { action: "proceed" }, { idempotencyKey: "k" });
    const next = await ask(id, { type: "preview", title: "Another draft" });
    const again = () => prompts.respondToJob(id, { action: "proceed" }, { idempotencyKey: "k" });
    expect(await again()).toEqual(receipt);
    await ask(id, question);
    expect(await again()).toEqual(receipt);
    await expect(prompts.respondToJob(id, { action: "cancel" }, { idempotencyKey: "k" })).rejects.toMatchObject({
      code: "PROMPT_ALREADY_ANSWERED",
      details: { promptId: receipt.promptId },
    });
    expect((await prompts.get(next.id)).status).toBe("open");
  });

  test("of a job that never asked is refused", async () => {
    const id = await createJob();
    await expect(prompts.respondToJob(id, true, { idempotencyKey: "k" })).rejects.toMatchObject({ code: "NO_OPEN_PROMPT", jobId: id });
    await expect(prompts.respondToJob(crypto.randomUUID(), true)).rejects.toMatchObject({ code: "JOB_NOT_FOUND" });
  });
});

describe("inbox", () => {
  test("pages through open prompts, oldest first, and refuses a limit or cursor that is none", async () => {
    const type = crypto.randomUUID();
    const opened: string[] = [];
    for (let index = 0; index < 5; index += 1) {
      clock.advance(1);
      opened.push((await ask(await createJob(), { type })).id);
    }
    const first = await prompts.inbox({ type, limit: 3 });
    const second = await prompts.inbox({ type, limit: 3, cursor: first.nextCursor ?? undefined });
    expect([...first.prompts, ...second.prompts].map(({ id }) => id)).toEqual(opened);
    expect(second.nextCursor).toBeNull();
    await expect(prompts.inbox({ limit: 0 })).rejects.toMatchObject({ code: "INVALID_INPUT" });
    await expect(prompts.inbox({ cursor: "?" })).rejects.toMatchObject({ code: "INVALID_INPUT" });
  });
});
