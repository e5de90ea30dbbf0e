import { expect, test } from "vitest";
import { LeaseLostError } from "./errors.ts";
import { BreakingBackend } from "./testing/breaking-backend.ts";
import { gate } from "./testing/gate.ts";
import { openStage } from "./testing/stage.ts";

test("a claim whose reply is lost strands no job: the worker hands it back, at no cost, and claims it again", async () => {
  await using stage = await openStage();
  const line = new BreakingBackend(stage.backend);
  line.loseReplies("claim");
  const jobId = await stage.create();
  await stage.perform(async () => "done", { backend: line.door });
  expect(await stage.ended(jobId)).toMatchObject({ status: "completed", attempt: 1, run: 2 });
  const kinds = (await stage.fleet.jobs.events(jobId)).map(({ kind }) => kind);
  expect(kinds).toEqual(["created", "started", "released", "started", "completed"]);
});

test("a claim that waits, whose reply is lost with the job that began for it, strands it as little", async () => {
  await using stage = await openStage();
  const line = new BreakingBackend(stage.backend);
  line.loseReplies("claim");
  await stage.perform(async () => "done", { backend: line.door });
  const jobId = await stage.create();
  expect(await stage.ended(jobId)).toMatchObject({ status: "completed", attempt: 1, run: 2 });
});

test.each(["complete", "putStep", "ask", "sleep", "progress", "register", "heartbeat"] as const)(
  "a %s whose reply is lost happens once",
  async (method) => {
    await using stage = await openStage();
    const line = new BreakingBackend(stage.backend);
    line.loseReplies(method);
    const done: string[] = [];
    const jobId = await stage.create();
    await stage.perform(
      async (_, ctx) => {
        await ctx.step("work", () => done.push("work"));
        await ctx.progress(10);
        await ctx.sleep("nap", 1);
        const answer = await ctx.ask("anything");
        done.push(String(answer["word"]));
        return done.length;
      },
      { backend: line.door },
    );
    const prompt = await stage.asked(jobId);
    await stage.fleet.prompts.respond(prompt.id, { word: "w" });
    expect(await stage.ended(jobId)).toMatchObject({ status: "completed", attempt: 1, result: 2 });
    expect(done).toEqual(["work", "w"]);
    const count = async (wanted: string) => (await stage.fleet.jobs.events(jobId)).filter(({ kind }) => kind === wanted).length;
    for (const kind of ["prompt_opened", "slept", "completed"]) expect([kind, await count(kind)]).toEqual([kind, 1]);
  },
);

test("a fail whose reply is lost ends the attempt once", async () => {
  await using stage = await openStage();
  const line = new BreakingBackend(stage.backend);
  line.loseReplies("fail");
  const jobId = await stage.create();
  await stage.perform(
    async (_, { attempt }) => {
      if (attempt === 1) throw new Error("once");
    },
    { backend: line.door, retryAfterMs: () => 0 },
  );
  expect(await stage.ended(jobId)).toMatchObject({ status: "completed", attempt: 2 });
});

test("a worker that is cut off ends its handlers before others get their jobs, claims nothing, and goes on when the line is back", async () => {
  await using stage = await openStage();
  const line = new BreakingBackend(stage.backend);
  const ends: { reason: unknown; status: string; workerId: string | null }[] = [];
  const worker = await stage.perform(
    async (job, { signal, attempt }) => {
      if (attempt > 1) return "again";
      await new Promise((resolve) => signal.addEventListener("abort", resolve));
      const { status, workerId } = await stage.fleet.jobs.get(job.id);
      ends.push({ reason: signal.reason, status, workerId });
      return "too late";
    },
    { backend: line.door },
  );
  const jobId = await stage.create();
  await stage.until(jobId, ({ status }) => status === "running");
  line.isCut = true;
  await stage.until(jobId, ({ attempt }) => attempt === 2);
  expect(ends).toEqual([{ reason: expect.any(LeaseLostError), status: "running", workerId: worker.id }]);
  const claims = line.calls.get("claim");
  const beats = line.calls.get("heartbeat") ?? 0;
  await expect.poll(() => line.calls.get("heartbeat") ?? 0, { interval: 5 }).toBeGreaterThan(beats + 1);
  expect(line.calls.get("claim")).toBe(claims);
  line.isCut = false;
  expect(await stage.ended(jobId)).toMatchObject({ status: "completed", result: "again", attempt: 2 });
});

test("a worker that was cut off, and finds its jobs still its own, hands them back at the cost of an attempt", async () => {
  await using stage = await openStage();
  const line = new BreakingBackend(stage.backend);
  await stage.perform(
    async (_, { signal, attempt }) => {
      if (attempt > 1) return "again";
      line.isCut = true;
      await new Promise((resolve) => signal.addEventListener("abort", resolve));
      line.isCut = false;
      return "too late";
    },
    { backend: line.door },
  );
  const jobId = await stage.create();
  await stage.ended(jobId);
  const kinds = (await stage.fleet.jobs.events(jobId)).map(({ kind }) => kind);
  expect(kinds).toEqual(["created", "started", "attempt_failed", "started", "completed"]);
});

test("an attempt whose end cannot be reported costs an attempt all the same, so that the job does not go round for ever", async () => {
  await using stage = await openStage();
  const line = new BreakingBackend(stage.backend);
  line.break("complete", 2);
  line.break("fail", 1);
  const jobId = await stage.create({ maxAttempts: 2 });
  await stage.perform(async () => "done", { backend: line.door });
  expect(await stage.ended(jobId)).toMatchObject({ status: "failed", attempt: 2, error: "The result could not be reported: a fault" });
  const [first] = (await stage.fleet.jobs.events(jobId)).filter(({ kind }) => kind === "attempt_failed");
  expect(first?.data["error"]).toContain("without a report");
});

test("a report that fails keeps no other from being handed back, and is made up for when the worker stops", async () => {
  await using stage = await openStage();
  const line = new BreakingBackend(stage.backend);
  line.break("complete", 3);
  line.break("fail", 4);
  const jobIds = await Promise.all(Array.from({ length: 3 }, () => stage.create({ maxAttempts: 1 })));
  const worker = await stage.perform(async () => "done", { backend: line.door });
  await expect.poll(() => line.calls.get("fail") ?? 0, { interval: 5 }).toBeGreaterThanOrEqual(3);
  await worker.stop();
  const statuses = await Promise.all(jobIds.map(async (jobId) => (await stage.fleet.jobs.get(jobId)).status));
  expect(statuses.filter((status) => status === "failed").length).toBeGreaterThanOrEqual(2);
});

test("a worker that had to wait for its fleet, for as long as another keeps its jobs, keeps what it claims then", async () => {
  await using stage = await openStage();
  const [early, late] = [new BreakingBackend(stage.backend), new BreakingBackend(stage.backend)];
  const [begun, fenced] = [gate(), gate()];
  await stage.perform(
    async (_, { signal }) => {
      begun.open();
      signal.addEventListener("abort", () => fenced.open());
      await fenced.passed;
    },
    { backend: early.door, concurrency: 1 },
  );
  await stage.create();
  await begun.passed;

  late.isCut = true;
  const starting = stage.perform(() => beatsOf(late, 2), { backend: late.door });
  // So that the one that works is acknowledged after the other has begun to wait.
  await beatsOf(early, 2);
  early.isCut = true;
  await fenced.passed;
  late.isCut = false;
  await starting;
  const jobId = await stage.create({ maxAttempts: 1 });
  expect(await stage.ended(jobId)).toMatchObject({ status: "completed", attempt: 1 });
});

/** Resolves when the worker behind a line has beaten so many times more. */
async function beatsOf(line: BreakingBackend, times: number): Promise<void> {
  const before = line.calls.get("heartbeat") ?? 0;
  await expect.poll(() => line.calls.get("heartbeat") ?? 0, { interval: 5 }).toBeGreaterThanOrEqual(before + times);
}

test("a worker waits for a fleet that is away when it starts, and can be stopped while it does", async () => {
  await using stage = await openStage();
  const line = new BreakingBackend(stage.backend);
  line.isCut = true;
  const jobId = await stage.create();
  const starting = stage.perform(async () => "late", { backend: line.door });
  await expect.poll(() => line.calls.get("register") ?? 0, { interval: 5 }).toBeGreaterThan(1);
  line.isCut = false;
  await starting;
  expect(await stage.ended(jobId)).toMatchObject({ result: "late" });
});
