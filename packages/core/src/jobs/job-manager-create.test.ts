import { validate, version } from "uuid";
import { describe, expect, test } from "vitest";
import { openFleet } from "../fleet.ts";
import type { Json, JsonObject } from "../json.ts";
import { ManualClock } from "../testing/manual-clock.ts";
import type { NewJob } from "./job.ts";
import type { CreateOptions } from "./job-options.ts";

const clock = new ManualClock();
const { jobs } = await openFleet({ persistence: { kind: "memory" }, clock });

/** A UUID that no other test uses. */
const freshId = () => crypto.randomUUID();

describe("create", () => {
  test("of nothing makes a pending job of type skill_creation with every default", async () => {
    const now = new Date(clock.nowMs());
    const { job, deduplicated } = await jobs.create();
    expect(deduplicated).toBe(false);
    expect(job).toEqual({
      id: job.id,
      type: "skill_creation",
      status: "pending",
      userId: null,
      taskDescription: "",
      input: null,
      userContext: {},
      metadata: {},
      tags: [],
      currentPhase: null,
      progressPercent: 0,
      progressMessage: null,
      result: null,
      error: null,
      errorStack: null,
      priority: 0,
      attempt: 1,
      maxAttempts: 5,
      attemptTimeoutMs: null,
      deadlineAt: null,
      availableAt: now,
      run: 0,
      workerId: null,
      version: 1,
      createdAt: now,
      updatedAt: now,
      startedAt: null,
      completedAt: null,
      durability: "memory",
    });
  });

  test("gives ids of version 7, so that later jobs sort later", async () => {
    const ids: string[] = [];
    for (let index = 0; index < 50; index += 1) ids.push((await jobs.create()).job.id);
    expect(ids.every((id) => validate(id) && version(id) === 7)).toBe(true);
    expect(ids.toSorted()).toEqual(ids);
  });

  test("takes a field that is undefined for an absent one", async () => {
    const { job } = await jobs.create({ type: undefined, userId: undefined, input: undefined, tags: undefined });
    expect(job).toMatchObject({ type: "skill_creation", userId: null, input: null, tags: [] });
  });

  test("keeps an id that the caller chose, in lower case", async () => {
    const id = freshId();
    const { job } = await jobs.create({ id: id.toUpperCase() });
    expect(job.id).toBe(id);
    expect(await jobs.get(id.toUpperCase())).toEqual(job);
  });

  test("records who did it, and through which door", async () => {
    const { job } = await jobs.create({}, { actor: { id: "ada", via: "api" } });
    expect(await jobs.events(job.id)).toMatchObject([{ kind: "created", actor: "ada", via: "api" }]);
  });
});

describe("create, repeated", () => {
  test("with the same key and the same job returns the job of the first time as it is now", async () => {
    const idempotencyKey = freshId();
    const { job } = await jobs.create({ input: { a: 1, b: 2 } }, { idempotencyKey });
    await jobs.update(job.id, { status: "running" });
    const again = await jobs.create({ input: { b: 2, a: 1 } }, { idempotencyKey });
    expect(again).toMatchObject({ deduplicated: true, job: { id: job.id, status: "running", version: 2 } });
  });

  test("with defaults spelled out is the same request", async () => {
    const idempotencyKey = freshId();
    const { job } = await jobs.create({}, { idempotencyKey });
    const again = await jobs.create({ type: "skill_creation", input: null, tags: [], metadata: {} }, { idempotencyKey });
    expect(again).toMatchObject({ deduplicated: true, job: { id: job.id } });
  });

  test("with the same key and another job is refused with the id of the first job", async () => {
    const idempotencyKey = freshId();
    const { job } = await jobs.create({ taskDescription: "one" }, { idempotencyKey });
    await expect(jobs.create({ taskDescription: "two" }, { idempotencyKey })).rejects.toMatchObject({
      code: "IDEMPOTENCY_CONFLICT",
      jobId: job.id,
      message: expect.stringContaining(`"${idempotencyKey}" was used before to create job ${job.id}`),
    });
  });

  test("with the same id and the same job returns that job, whatever the case of the id", async () => {
    const id = freshId();
    await jobs.create({ id });
    expect(await jobs.create({ id: id.toUpperCase() })).toMatchObject({ deduplicated: true, job: { id } });
  });

  test("with the same id and another job is refused", async () => {
    const id = freshId();
    await jobs.create({ id, type: "one" });
    await expect(jobs.create({ id, type: "two" })).rejects.toMatchObject({
      code: "JOB_ALREADY_EXISTS",
      jobId: id,
      message: expect.stringContaining(id),
    });
  });

  test("without a key or an id makes a new job every time", async () => {
    const [first, second] = await Promise.all([jobs.create(), jobs.create()]);
    expect(first.job.id).not.toBe(second.job.id);
  });
});

describe("create refuses", () => {
  const deep = (levels: number): Json => (levels === 0 ? 1 : [deep(levels - 1)]);
  const cases: [string, NewJob, CreateOptions, string][] = [
    ["an id that is no UUID", { id: "job-1" }, {}, "id: is not a UUID"],
    ["an empty type", { type: "" }, {}, "type: must have 1 to 200 characters"],
    ["a type of 201 characters", { type: "x".repeat(201) }, {}, "type: must have 1 to 200 characters"],
    ["a userId of 256 characters", { userId: "x".repeat(256) }, {}, "userId: must have 1 to 255 characters"],
    ["a tag of 256 characters", { tags: ["ok", "x".repeat(256)] }, {}, "tags.1: must have 1 to 255 characters"],
    ["an empty userId", { userId: "" }, {}, "userId: must have 1 to 255 characters"],
    ["an empty tag", { tags: ["ok", ""] }, {}, "tags.1: must have 1 to 255 characters"],
    ["an empty idempotency key", {}, { idempotencyKey: "" }, "idempotencyKey: must have 1 to 255 characters"],
    ["an idempotency key of 256 characters", {}, { idempotencyKey: "x".repeat(256) }, "idempotencyKey: must have 1 to 255 characters"],
    ["U+0000 in a text", { taskDescription: "a\0b" }, {}, "taskDescription: contains the character U+0000"],
    ["U+0000 in a tag", { tags: ["ok", "\0"] }, {}, "tags.1: contains the character U+0000"],
    ["U+0000 in a key", { metadata: { "a\0": 1 } }, {}, "metadata: has a key that contains the character U+0000"],
    ["half of a surrogate pair", { input: { text: "\ud800" } }, {}, "input.text: contains half of a surrogate pair"],
    ["a number that is not finite", { input: [1, Number.NaN] }, {}, "input.1: is a number that JSON cannot carry"],
    ["a date", { input: { at: new Date() as unknown as Json } }, {}, "input.at: is not a JSON value"],
    ["undefined within a value", { userContext: { a: undefined } as unknown as JsonObject }, {}, "userContext.a: is not a JSON value"],
    ["101 levels", { input: deep(101) }, {}, "is nested deeper than 100 levels"],
  ];

  test.each(cases)("%s", async (_name, job, options, message) => {
    await expect(jobs.create(job, options)).rejects.toMatchObject({ code: "INVALID_INPUT", message: expect.stringContaining(message) });
  });

  test("several problems at once, each with its path", async () => {
    await expect(jobs.create({ userId: "\0", input: [Number.NaN] })).rejects.toMatchObject({
      details: { errors: [{ path: ["userId"] }, { path: ["input", 0] }] },
    });
  });

  test("nothing at the limits", async () => {
    const { job } = await jobs.create({ type: "x".repeat(200), input: deep(100) }, { idempotencyKey: "k".repeat(255) });
    expect(job.type).toHaveLength(200);
  });
});
