import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { assembleFleet, type Fleet } from "../fleet.ts";
import { openMemoryStore } from "../memory/open-memory-store.ts";
import { ManualClock } from "../testing/manual-clock.ts";
import { RecordingLogger } from "../testing/recording-logger.ts";

const worker = { workerId: "w", types: ["report"] };

let clock: ManualClock;
let logger: RecordingLogger;
let fleet: Fleet;

beforeEach(() => {
  clock = new ManualClock();
  logger = new RecordingLogger();
  const store = openMemoryStore({ clock });
  fleet = assembleFleet({ store, logger, trustMs: Number.POSITIVE_INFINITY, leaseTimeoutMs: 6_000 });
});

afterEach(() => fleet.close());

async function create(job: Parameters<Fleet["jobs"]["create"]>[0] = {}): Promise<string> {
  return (await fleet.jobs.create({ type: "report", ...job })).job.id;
}

async function claimed(job: Parameters<Fleet["jobs"]["create"]>[0] = {}) {
  const jobId = await create(job);
  const [lease] = await fleet.leases.claim(worker);
  expect(lease?.id).toBe(jobId);
  return { jobId, run: lease?.run ?? 0 };
}

const kindsOf = async (jobId: string) => (await fleet.jobs.events(jobId)).map(({ kind }) => kind);

describe("register", () => {
  test("says how often to beat: six times before the worker is taken for dead", async () => {
    expect(await fleet.leases.register(worker)).toEqual({ leaseTimeoutMs: 6_000, heartbeatIntervalMs: 1_000 });
  });

  test("takes what a former process left behind under the same id from it, at the cost of an attempt", async () => {
    const { jobId } = await claimed();
    await fleet.leases.register(worker);
    expect(await fleet.jobs.get(jobId)).toMatchObject({ status: "pending", attempt: 2, workerId: null });
    expect((await fleet.jobs.events(jobId)).at(-1)).toMatchObject({ kind: "attempt_failed", actor: "deadline" });
  });
});

describe("claim", () => {
  test("without a wait returns nothing when there is nothing", async () => {
    expect(await fleet.leases.claim(worker)).toEqual([]);
  });

  test("that waits returns as soon as a job is created, and of two that wait one gets it", async () => {
    const waiting = ["a", "b"].map((workerId) => fleet.leases.claim({ ...worker, workerId, waitMs: 60_000 }));
    const first = await create();
    const [won] = await Promise.race(waiting);
    expect(won?.id).toBe(first);
    const second = await create();
    const both = (await Promise.all(waiting)).flat().map(({ id }) => id);
    expect(both.toSorted()).toEqual([first, second].toSorted());
  });

  test("that waits returns when a job's time comes, without any notice", async () => {
    await create({ runAt: new Date(clock.nowMs() + 30) });
    const waiting = fleet.leases.claim({ ...worker, waitMs: 60_000 });
    clock.advance(30);
    expect(await waiting).toHaveLength(1);
  });

  test("that waits ends with its signal, and with the fleet", async () => {
    const stop = new AbortController();
    const aborted = fleet.leases.claim({ ...worker, waitMs: 60_000 }, { signal: stop.signal });
    stop.abort();
    expect(await aborted).toEqual([]);
    const waiting = fleet.leases.claim({ ...worker, waitMs: 60_000 });
    fleet.endWaits();
    expect(await waiting).toEqual([]);
  });

  test("whose caller has gone while it was made gives the jobs back at once, at no cost", async () => {
    const jobId = await create();
    const stop = new AbortController();
    const claiming = fleet.leases.claim(worker, { signal: stop.signal });
    stop.abort();
    expect(await claiming).toEqual([]);
    expect(await fleet.jobs.get(jobId)).toMatchObject({ status: "pending", attempt: 1, workerId: null });
  });

  test.each([
    ["an empty worker id", { workerId: "" }, "workerId"],
    ["a type without a name", { types: [""] }, "types"],
    ["a limit of none", { limit: 0 }, "limit"],
    ["a limit of too many", { limit: 501 }, "limit"],
  ])("with %s is refused", async (_, wrong, path) => {
    const claiming = fleet.leases.claim({ ...worker, ...wrong });
    await expect(claiming).rejects.toMatchObject({ code: "INVALID_INPUT", details: { errors: [{ path: [path] }] } });
  });
});

describe("heartbeat", () => {
  test("shows what the worker has, and of what it believes to have what became of the rest", async () => {
    const [kept, cancelled] = [await claimed(), await claimed()];
    await fleet.jobs.cancel(cancelled.jobId);
    const absent = "00000000-0000-7000-8000-000000000000";
    const beat = await fleet.leases.heartbeat({ ...worker, held: [kept.jobId, cancelled.jobId, absent, "no id"] });
    expect(beat).toEqual({
      leases: [{ jobId: kept.jobId, run: 1, claim: 0 }],
      lost: [
        { jobId: cancelled.jobId, status: "cancelled" },
        { jobId: absent, status: undefined },
        { jobId: "no id", status: undefined },
      ],
    });
  });
});

describe("deregister", () => {
  test("hands everything back without costing an attempt, and is safe twice", async () => {
    const { jobId } = await claimed();
    await fleet.leases.deregister(worker);
    await fleet.leases.deregister(worker);
    expect(await fleet.jobs.get(jobId)).toMatchObject({ status: "pending", attempt: 1, workerId: null });
    expect(await kindsOf(jobId)).toEqual(["created", "started", "released"]);
  });
});

describe("a write", () => {
  test("of a run that is over is refused, with what the job is now, and changes nothing", async () => {
    const { jobId, run } = await claimed();
    await fleet.leases.release({ jobId, run });
    const before = await fleet.jobs.get(jobId);
    const { leases } = fleet;
    const writes = [
      leases.complete({ jobId, run }),
      leases.fail({ jobId, run, error: "x" }),
      leases.release({ jobId, run }),
      leases.progress({ jobId, run, percent: 1 }),
      leases.putStep({ jobId, run, kind: "step", name: "s", output: 1 }),
      leases.ask({ jobId, run, prompts: [{ type: "q", key: "k" }] }),
      leases.sleep({ jobId, run, name: "n", ms: 1 }),
    ];
    for (const outcome of await Promise.allSettled(writes)) {
      expect(outcome).toMatchObject({ status: "rejected", reason: { code: "LEASE_LOST", jobId, details: { jobStatus: "pending", run } } });
    }
    expect(await fleet.jobs.get(jobId)).toEqual(before);
    expect(await leases.steps({ jobId })).toEqual([]);
  });

  test("of a job that is gone says so", async () => {
    const jobId = "00000000-0000-7000-8000-000000000000";
    await expect(fleet.leases.complete({ jobId, run: 1 })).rejects.toMatchObject({ code: "JOB_NOT_FOUND" });
    await expect(fleet.leases.steps({ jobId })).rejects.toMatchObject({ code: "JOB_NOT_FOUND", jobId });
  });

  test.each([
    ["an error with U+0000", (l: Lease) => fleet.leases.fail({ ...l, error: "\u0000" }), ["error"]],
    ["a retry in the past", (l: Lease) => fleet.leases.fail({ ...l, error: "x", retryAfterMs: -1 }), ["retryAfterMs"]],
    ["a result that is no JSON", (l: Lease) => fleet.leases.complete({ ...l, result: Number.NaN }), ["result"]],
    ["progress beyond the end", (l: Lease) => fleet.leases.progress({ ...l, percent: 101 }), ["progressPercent"]],
    ["no progress at all", (l: Lease) => fleet.leases.progress(l), []],
    ["a step without a name", (l: Lease) => fleet.leases.putStep({ ...l, kind: "step", name: "", output: 1 }), ["name"]],
    ["a sleep of no length", (l: Lease) => fleet.leases.sleep({ ...l, name: "n", ms: Number.NaN }), ["ms"]],
    ["a sleep that is no number", (l: Lease) => fleet.leases.putStep({ ...l, kind: "sleep", name: "n", output: "long" }), ["output"]],
    ["questions of one key", (l: Lease) => fleet.leases.ask({ ...l, prompts: [question, question] }), ["prompts"]],
    ["no question", (l: Lease) => fleet.leases.ask({ ...l, prompts: [] }), ["prompts"]],
    [
      "a question of no type",
      (l: Lease) => fleet.leases.ask({ ...l, prompts: [question, { ...question, key: "l", type: "" }] }),
      ["prompts", 1, "type"],
    ],
  ])("with %s is refused, and the worker keeps the job", async (_, write, path) => {
    const lease = await claimed();
    await expect(write(lease)).rejects.toMatchObject({ code: "INVALID_INPUT", details: { errors: [{ path }] } });
    expect(await fleet.jobs.get(lease.jobId)).toMatchObject({ status: "running", workerId: "w", version: 2 });
  });

  type Lease = { jobId: string; run: number };
  const question = { type: "q", key: "k" };
});

describe("complete", () => {
  test("sent again with the same result is harmless, and with another is refused", async () => {
    const lease = await claimed();
    const done = await fleet.leases.complete({ ...lease, result: { a: 1 } });
    expect(await fleet.leases.complete({ ...lease, result: { a: 1 } })).toEqual(done);
    await expect(fleet.leases.complete({ ...lease, result: { a: 2 } })).rejects.toMatchObject({ code: "LEASE_LOST" });
  });
});

describe("a sleep", () => {
  test("sent again while it lasts sleeps on, and is over when its time has passed since the first request", async () => {
    const lease = await claimed();
    const nap = { name: "n", ms: 1_000 };
    expect(await fleet.leases.sleep({ ...lease, ...nap })).toEqual({ isOver: false });
    expect(await fleet.leases.sleep({ ...lease, ...nap })).toEqual({ isOver: false });
    expect(await kindsOf(lease.jobId)).toEqual(["created", "started", "slept"]);
    expect(await fleet.jobs.get(lease.jobId)).toMatchObject({
      status: "running",
      workerId: null,
      availableAt: new Date(clock.nowMs() + 1_000),
    });
    clock.advance(1_000);
    const [again] = await fleet.leases.claim(worker);
    expect(await fleet.leases.sleep({ jobId: lease.jobId, run: again?.run ?? 0, ...nap })).toEqual({ isOver: true });
  });

  test("of no length is over at once", async () => {
    expect(await fleet.leases.sleep({ ...(await claimed()), name: "n", ms: 0 })).toEqual({ isOver: true });
  });
});

describe("a worker that dies", () => {
  test("costs its jobs an attempt, and ends one that has used all", async () => {
    const [spared, spent] = [await claimed(), await claimed({ maxAttempts: 1 })];
    clock.advance(6_001);
    expect(await fleet.leases.expireOverdue()).toBe(2);
    expect(await fleet.leases.expireOverdue()).toBe(0);
    expect(await fleet.jobs.get(spared.jobId)).toMatchObject({ status: "pending", attempt: 2 });
    expect(await fleet.jobs.get(spent.jobId)).toMatchObject({ status: "failed", error: "Worker w died, or was cut off, in attempt 1." });
    await expect(fleet.leases.complete(spared)).rejects.toMatchObject({ code: "LEASE_LOST" });
    expect(logger.messages("warn").filter((message) => message === "A worker lost a job")).toHaveLength(2);
  });

  test("costs nothing when it beats in time", async () => {
    const { jobId } = await claimed();
    for (let beats = 0; beats < 5; beats += 1) {
      clock.advance(5_000);
      await fleet.leases.heartbeat(worker);
      expect(await fleet.leases.expireOverdue()).toBe(0);
    }
    expect(await fleet.jobs.get(jobId)).toMatchObject({ workerId: "w", attempt: 1 });
  });
});

test("a prompt that is opened by hand is refused while a worker has the job, and names the worker", async () => {
  const { jobId } = await claimed();
  await expect(fleet.prompts.open(jobId, { type: "q" })).rejects.toMatchObject({ code: "JOB_LEASED", details: { workerId: "w" } });
});

test("a retry by hand gives a job that has used all its attempts another one", async () => {
  const lease = await claimed({ maxAttempts: 1 });
  await fleet.leases.fail({ ...lease, error: "x" });
  expect(await fleet.jobs.retry(lease.jobId)).toMatchObject({ status: "pending", attempt: 2, maxAttempts: 2 });
  expect(await fleet.leases.claim(worker)).toHaveLength(1);
});

test("a job whose time is over fails once, whoever has it and whoever looks", async () => {
  const { jobId } = await claimed({ timeoutMs: 1_000 });
  clock.advance(1_000);
  expect(await Promise.all([fleet.jobs.expireOverdue(), fleet.jobs.expireOverdue()])).toEqual([1, 0]);
  expect(await fleet.jobs.get(jobId)).toMatchObject({ status: "failed", workerId: null });
});

describe("a start with an idempotency key", () => {
  const start = (options: Parameters<Fleet["jobs"]["create"]>[1]) =>
    fleet.jobs.create({ type: "report" }, { idempotencyKey: "k", ...options });

  test("returns the job of the first time, or refuses, as the caller wants", async () => {
    const first = await start({});
    expect(await start({ onConflict: "return_existing" })).toEqual({ job: first.job, deduplicated: true });
    await expect(start({ onConflict: "reject" })).rejects.toMatchObject({ code: "IDEMPOTENCY_CONFLICT", jobId: first.job.id });
  });

  test("is one of its own in each scope, and after its time", async () => {
    const ids = [await start({}), await start({ idempotencyScope: "s" }), await start({ idempotencyScope: "t", idempotencyTtlMs: 1_000 })];
    clock.advance(1_000);
    ids.push(await start({ idempotencyScope: "t" }));
    expect(new Set(ids.map(({ job }) => job.id)).size).toBe(4);
  });

  test("needs the key when it has a scope or a time", async () => {
    for (const options of [{ idempotencyScope: "s" }, { idempotencyTtlMs: 1 }]) {
      await expect(fleet.jobs.create({}, options)).rejects.toMatchObject({ code: "INVALID_INPUT" });
    }
  });
});

test.each([
  ["priority", { priority: 6 }],
  ["priority", { priority: 0.5 }],
  ["maxAttempts", { maxAttempts: 0 }],
  ["attemptTimeoutMs", { attemptTimeoutMs: 0 }],
  ["timeoutMs", { timeoutMs: Number.POSITIVE_INFINITY }],
  ["runAt", { runAt: new Date(Number.NaN) }],
])("a job with a %s that is none is refused", async (field, wrong) => {
  await expect(create(wrong)).rejects.toMatchObject({ code: "INVALID_INPUT", details: { errors: [{ path: [field] }] } });
});
