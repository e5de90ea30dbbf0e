import type { LeaseManager } from "@skill-fleet/core";
import { createTestDatabase, type TestDatabase } from "@skill-fleet/core/testing";
import { afterAll, beforeAll, describe, expect, expectTypeOf, test, vi } from "vitest";
import { createClient, type LeasedJob } from "./index.ts";
import { type LiveServer, startLiveServer } from "./testing/live-server.ts";

const types = ["work"];
const worker = { workerId: "w", types };
const maxWaitMs = 55_000;

/** `fetch` that loses the replies to the first request for each of these procedures, after the server has acted on it. */
function losing(...procedures: string[]) {
  const lost = [...procedures];
  return async (...args: Parameters<typeof fetch>) => {
    const reply = await fetch(...args);
    const at = lost.findIndex((name) => String(args[0]).includes(name));
    if (at === -1) return reply;
    lost.splice(at, 1);
    await reply.text();
    throw new TypeError("fetch failed");
  };
}

describe.each(["memory", "PostgreSQL"])("a worker behind a server on %s", (engine) => {
  let database: TestDatabase | undefined;
  let server: LiveServer;
  beforeAll(async () => {
    if (engine === "PostgreSQL") database = await createTestDatabase();
    server = await startLiveServer(database && { persistence: { kind: "server", url: database.url } });
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    await database?.[Symbol.asyncDispose]();
  });

  test("takes a job through its life", async () => {
    const { jobs, hitl, worker: backend } = createClient({ url: server.url });
    expect(await backend.register(worker)).toEqual({ heartbeatIntervalMs: 5_000, leaseTimeoutMs: 30_000 });
    const { id: jobId } = await jobs.create({ type: "work", input: { a: [1] }, priority: 3, runAt: new Date(0), maxAttempts: 2 });

    const [job] = await backend.claim({ ...worker, claim: 1, waitMs: maxWaitMs });
    expect(job).toMatchObject({ id: jobId, run: 1, status: "running", workerId: "w", priority: 3, createdAt: expect.any(Date) });
    expect(await backend.heartbeat({ ...worker, held: [jobId] })).toEqual({ leases: [{ jobId, run: 1, claim: 1 }], lost: [] });

    const output = { date: "2026-01-01T00:00:00.000Z", list: [null] };
    expect(await backend.putStep({ jobId, run: 1, kind: "step", name: "s", output })).toEqual(output);
    expect(await backend.putStep({ jobId, run: 1, kind: "step", name: "s", output: 2 })).toEqual(output);
    expect(await backend.progress({ jobId, run: 1, percent: 50 })).toMatchObject({ progressPercent: 50 });
    const questions = [{ key: "k", type: "question", dueAt: new Date("2030-01-01") }];
    const { isParked, prompts } = await backend.ask({ jobId, run: 1, prompts: questions });
    expect([isParked, prompts]).toMatchObject([true, [{ status: "open", dueAt: new Date("2030-01-01") }]]);
    expect(await backend.heartbeat({ ...worker, held: [jobId] })).toMatchObject({ leases: [], lost: [{ jobId, status: "pending_hitl" }] });

    await hitl.respond(prompts[0]?.id ?? "", { answer: "yes" });
    expect(await backend.claim({ ...worker, waitMs: maxWaitMs })).toMatchObject([{ id: jobId, run: 2 }]);
    await expect(backend.complete({ jobId, run: 1 })).rejects.toMatchObject({ code: "LEASE_LOST", status: 409, details: { run: 2 } });
    expect(await backend.steps({ jobId })).toEqual([{ kind: "step", name: "s", output }]);
    expect(await backend.ask({ jobId, run: 2, prompts: questions })).toMatchObject({
      isParked: false,
      prompts: [{ response: { answer: "yes" } }],
    });
    expect(await backend.sleep({ jobId, run: 2, name: "n", ms: 0 })).toEqual({ isOver: true });
    expect(await backend.release({ jobId, run: 2 })).toMatchObject({ status: "pending", attempt: 1 });

    await backend.claim({ ...worker, waitMs: maxWaitMs });
    expect(await backend.fail({ jobId, run: 3, error: "oops", retryAfterMs: 0 })).toMatchObject({ status: "pending", attempt: 2 });
    await backend.claim({ ...worker, waitMs: maxWaitMs });
    expect(await backend.complete({ jobId, run: 4, result: output })).toMatchObject({ status: "completed", result: output });
    await backend.deregister({ workerId: "w" });
  });

  test("whose claim is aborted while it waits takes no job with it", async () => {
    const { jobs, worker: backend } = createClient({ url: server.url });
    const claims = vi.spyOn(server.fleet.leases, "claim");
    const controller = new AbortController();
    const aborted = expect(backend.claim({ ...worker, waitMs: maxWaitMs }, { signal: controller.signal })).rejects.toMatchObject({
      code: "ABORTED",
    });
    await vi.waitFor(() => expect(claims).toHaveBeenCalled());
    controller.abort();
    await aborted;
    expect(await claims.mock.results[0]?.value).toEqual([]);
    claims.mockRestore();
    const { id } = await jobs.create({ type: "work" });
    expect(await jobs.get(id)).toMatchObject({ status: "pending", workerId: null });
    await jobs.cancel(id);
  });

  test("that loses the reply to a claim does not ask again, and the heartbeat shows what it has", async () => {
    const { jobs, worker: steady } = createClient({ url: server.url });
    const { id: jobId } = await jobs.create({ type: "work" });
    const lossy = createClient({ url: server.url, fetch: losing("worker.claim") }).worker;
    await expect(lossy.claim({ ...worker, claim: 5 })).rejects.toMatchObject({ code: "NETWORK_ERROR", retryable: true });
    expect((await steady.heartbeat(worker)).leases).toEqual([{ jobId, run: 1, claim: 5 }]);
    await steady.complete({ jobId, run: 1 });
  });

  test.each(["register", "heartbeat", "deregister"] as const)("that loses the reply to a %s knows that at once", async (method) => {
    const lossy = createClient({ url: server.url, fetch: losing(`worker.${method}`) }).worker;
    await expect(lossy[method](worker)).rejects.toMatchObject({ code: "NETWORK_ERROR", retryable: true });
  });

  test("that loses the reply to a write about a job asks again, without harm", async () => {
    const { jobs, worker: steady } = createClient({ url: server.url });
    const fetch = losing("putStep", "steps", "progress", "ask", "complete");
    const lossy = createClient({ url: server.url, fetch }).worker;
    const { id: jobId } = await jobs.create({ type: "work" });
    await steady.claim({ ...worker, waitMs: maxWaitMs });
    const lease = { jobId, run: 1 };
    expect(await lossy.putStep({ ...lease, kind: "step", name: "s", output: 1 })).toBe(1);
    expect(await lossy.steps({ jobId })).toHaveLength(1);
    expect(await lossy.progress({ ...lease, percent: 5 })).toMatchObject({ progressPercent: 5 });
    expect(await lossy.complete({ ...lease, result: 1 })).toMatchObject({ status: "completed" });

    const other = (await jobs.create({ type: "work" })).id;
    await steady.claim({ ...worker, waitMs: maxWaitMs });
    expect(await lossy.ask({ jobId: other, run: 1, prompts: [{ key: "k", type: "question" }] })).toMatchObject({ isParked: true });
    await jobs.cancel(other);
  });

  test("that loses the reply to what can be done once is told so by what it did", async () => {
    const { jobs, worker: steady } = createClient({ url: server.url });
    const { id: jobId } = await jobs.create({ type: "work" });
    await steady.claim({ ...worker, waitMs: maxWaitMs });
    const lossy = createClient({ url: server.url, fetch: losing("worker.fail") }).worker;
    const failure = { jobId, run: 1, error: "oops", retryAfterMs: 60_000 };
    await expect(lossy.fail(failure)).rejects.toMatchObject({ code: "LEASE_LOST", details: { jobStatus: "pending" } });
    expect(await jobs.get(jobId)).toMatchObject({ status: "pending", attempt: 2 });
    await jobs.cancel(jobId);
  });

  test("whose claim waits holds up no other call of the same tick", async () => {
    const { jobs, worker: backend } = createClient({ url: server.url });
    const controller = new AbortController();
    const waiting = backend.claim({ ...worker, waitMs: maxWaitMs }, { signal: controller.signal }).catch((error) => error.code);
    expect(await Promise.all([backend.heartbeat(worker), jobs.stats()])).toMatchObject([{ leases: [] }, { total: expect.any(Number) }]);
    controller.abort();
    expect(await waiting).toBe("ABORTED");
  });
});

describe("two servers on one PostgreSQL", () => {
  let database: TestDatabase;
  let here: LiveServer;
  let there: LiveServer;
  beforeAll(async () => {
    database = await createTestDatabase();
    const start = () => startLiveServer({ persistence: { kind: "server", url: database.url } });
    here = await start();
    there = await start();
  });
  afterAll(async () => {
    await there[Symbol.asyncDispose]();
    await here[Symbol.asyncDispose]();
    await database[Symbol.asyncDispose]();
  });

  test("give a job that one was told of to a claim that waits on the other, within a second", async () => {
    const claims = vi.spyOn(there.fleet.leases, "claim");
    const claimed = createClient({ url: there.url }).worker.claim({ ...worker, waitMs: maxWaitMs });
    await vi.waitFor(() => expect(claims).toHaveBeenCalled());
    const { id } = await createClient({ url: here.url }).jobs.create({ type: "work" });
    const tooLate = AbortSignal.timeout(1_000);
    expect(await claimed).toMatchObject([{ id, run: 1 }]);
    expect(tooLate.aborted).toBe(false);
  });

  test("give each of a hundred jobs to one of those who claim at once on both", async () => {
    const [a, b] = [createClient({ url: here.url }), createClient({ url: there.url })];
    const created = await Promise.all(Array.from({ length: 100 }, () => a.jobs.create({ type: "crowd" })));
    const claim = (n: number) => (n % 2 ? a : b).worker.claim({ workerId: `w${n}`, types: ["crowd"], limit: 10 });
    const claimed: LeasedJob[] = [];
    while (claimed.length < created.length) {
      const found = (await Promise.all(Array.from({ length: 20 }, (_, n) => claim(n)))).flat();
      expect(found).not.toEqual([]);
      claimed.push(...found);
    }
    expect(claimed.map(({ id }) => id).sort()).toEqual(created.map(({ id }) => id).sort());
  });

  test("refuse on one what a worker writes under a lease that ended on the other", async () => {
    const [a, b] = [createClient({ url: here.url }), createClient({ url: there.url })];
    const { id: jobId } = await a.jobs.create({ type: "work" });
    await a.worker.claim({ ...worker, waitMs: maxWaitMs });
    await b.jobs.cancel(jobId);
    await expect(a.worker.complete({ jobId, run: 1 })).rejects.toMatchObject({ code: "LEASE_LOST", details: { jobStatus: "cancelled" } });
    expect((await a.worker.heartbeat({ ...worker, held: [jobId] })).lost).toEqual([{ jobId, status: "cancelled" }]);
  });
});

describe("creating a job once", () => {
  let server: LiveServer;
  beforeAll(async () => {
    server = await startLiveServer();
  });
  afterAll(() => server[Symbol.asyncDispose]());

  test("a key counts within its scope", async () => {
    const { jobs } = createClient({ url: server.url });
    const create = (idempotencyScope: string) => jobs.create({}, { idempotencyKey: "k", idempotencyScope, idempotencyTtlMs: 60_000 });
    const [ada, bob, again] = [await create("ada"), await create("bob"), await create("ada")];
    expect([again.id, again.deduplicated, bob.deduplicated]).toEqual([ada.id, true, false]);
  });

  test("a repetition that is to be rejected is, and the client repeats nothing by itself", async () => {
    const { jobs } = createClient({ url: server.url, fetch: losing("jobs.create") });
    const strict = { idempotencyKey: "strict", onConflict: "reject" } as const;
    await expect(jobs.create({ type: "strict" }, strict)).rejects.toMatchObject({ code: "NETWORK_ERROR" });
    const { jobs: found } = await jobs.list({ type: "strict" });
    await expect(jobs.create({ type: "strict" }, strict)).rejects.toMatchObject({ code: "IDEMPOTENCY_CONFLICT", jobId: found[0]?.id });
    expect(found).toHaveLength(1);
  });

  test("an id of the caller's choice is kept beside a key", async () => {
    const { jobs } = createClient({ url: server.url });
    const id = crypto.randomUUID();
    expect((await jobs.create({ id }, { idempotencyKey: "with id" })).id).toBe(id);
  });
});

test("a worker can be built over the client as over a fleet in its own process", () => {
  /** What a worker needs of either. */
  type Backend = {
    [Method in Exclude<keyof LeaseManager, "claim" | "expireOverdue">]: (
      request: Parameters<LeaseManager[Method]>[0],
    ) => ReturnType<LeaseManager[Method]>;
  } & { claim(request: Parameters<LeaseManager["claim"]>[0], options?: { signal?: AbortSignal }): ReturnType<LeaseManager["claim"]> };
  const { worker: backend } = createClient({ url: "http://localhost:8000" });
  expectTypeOf(backend).toExtend<Backend>();
  expectTypeOf<LeaseManager>().toExtend<Backend>();
});
