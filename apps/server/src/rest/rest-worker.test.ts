import { createTestDatabase, ManualClock } from "@skill-fleet/core/testing";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { startTestServer, type TestServer } from "../testing/test-server.ts";

// biome-ignore lint/suspicious/noExplicitAny: whatever the server says; the tests look at it field by field
type Body = any;

/** A worker that speaks REST and nothing else. Each has job types of its own, so that no test takes another's jobs. */
function workerOf(server: TestServer, name: string) {
  const me = { worker_id: name, types: [`${name} work`] };
  const call = (method: string, path: string, body?: object) => server.request(method, `/api/v2/worker/${path}`, { body });
  const post = (path: string, body: object) => call("POST", path, body);
  return {
    me,
    create: async (body: object = {}): Promise<string> =>
      (await server.request("POST", "/api/v2/jobs", { body: { type: me.types[0], ...body } })).body.job_id,
    read: async (jobId: string): Promise<Body> => (await server.request("GET", `/api/v2/jobs/${jobId}`)).body,
    post,
    claim: async (options: object = {}): Promise<Body[]> => (await post("claim", { ...me, ...options })).body.jobs,
    on: (jobId: string, verb: string, body: object) => post(`jobs/${jobId}/${verb}`, body),
    put: (jobId: string, name: string, body: object) => call("PUT", `jobs/${jobId}/steps/${encodeURIComponent(name)}`, body),
    steps: async (jobId: string): Promise<Body[]> => (await call("GET", `jobs/${jobId}/steps`)).body.steps,
  };
}

describe("a worker over REST", () => {
  let server: TestServer;
  const clock = new ManualClock(Date.now());
  beforeAll(async () => {
    server = await startTestServer({ clock });
  });
  afterAll(() => server[Symbol.asyncDispose]());

  test("introduces itself, and is told how often to beat", async () => {
    const { me, post } = workerOf(server, "newcomer");
    const reply = await post("register", me);
    expect([reply.status, reply.body]).toEqual([200, { heartbeat_interval_ms: 5_000, lease_timeout_ms: 30_000 }]);
  });

  test("claims what has the highest priority first, then what has waited longest", async () => {
    const { create, claim } = workerOf(server, "sorter");
    const ordinary = await create();
    const low = await create({ priority: -5 });
    const high = await create({ priority: 5 });
    const later = await create();
    expect((await claim({ limit: 3 })).map(({ job_id }) => job_id)).toEqual([high, ordinary, later]);
    expect((await claim({ limit: 3 })).map(({ job_id }) => job_id)).toEqual([low]);
    expect(await claim()).toEqual([]);
  });

  test("gets a job that runs, in its first run, with the user's JSON as it was", async () => {
    const { me, create, claim, read } = workerOf(server, "reader");
    const input = { innerKey: [{ job_id: 1 }] };
    const jobId = await create({ input, max_attempts: 3, attempt_timeout_ms: 60_000, timeout_ms: 120_000 });
    expect(await read(jobId)).toMatchObject({ run: 0, worker_id: null, available_at: expect.stringMatching(/Z$/) });
    const [job] = await claim();
    const expected = { run: 1, worker_id: me.worker_id, attempt: 1, max_attempts: 3, attempt_timeout_ms: 60_000, available_at: null };
    expect(job).toMatchObject({ job_id: jobId, status: "running", input, ...expected });
    expect(await read(jobId)).toMatchObject({ ...job, deadline_at: expect.stringMatching(/Z$/) });
  });

  test("is not given a job whose time has not come", async () => {
    const { create, claim } = workerOf(server, "patient");
    const jobId = await create({ run_at: new Date(clock.nowMs() + 60_000).toISOString() });
    expect(await claim()).toEqual([]);
    clock.advance(60_000);
    expect(await claim()).toMatchObject([{ job_id: jobId }]);
  });

  test("is given a job as soon as there is one when it waits for it", async () => {
    const { create, claim } = workerOf(server, "waiting");
    const claimed = claim({ wait_ms: 55_000 });
    const jobId = await create();
    expect(await claimed).toMatchObject([{ job_id: jobId, run: 1 }]);
  });

  test("that goes while it waits takes no job with it", async () => {
    const { me, create, read } = workerOf(server, "fickle");
    const claims = vi.spyOn(server.fleet.leases, "claim");
    const controller = new AbortController();
    const headers = { "content-type": "application/json" };
    const body = JSON.stringify({ ...me, wait_ms: 55_000 });
    const gone = fetch(`${server.url}/api/v2/worker/claim`, { method: "POST", headers, body, signal: controller.signal });
    const aborted = expect(gone).rejects.toThrow();
    await vi.waitFor(() => expect(claims).toHaveBeenCalled());
    controller.abort();
    await aborted;
    expect(await claims.mock.results[0]?.value).toEqual([]);
    expect(await read(await create())).toMatchObject({ status: "pending", worker_id: null });
    claims.mockRestore();
  });

  test("beats, and hears what it has and what it has lost", async () => {
    const { me, create, claim, post } = workerOf(server, "beating");
    const [kept, cancelled] = [await create(), await create()];
    await claim({ limit: 2, claim: 7 });
    const gone = crypto.randomUUID();
    await server.request("POST", `/api/v2/jobs/${cancelled}/cancel`);
    const beat = await post("heartbeat", { ...me, held: [kept, cancelled, gone] });
    expect(beat.body).toEqual({
      leases: [{ job_id: kept, run: 1, claim: 7 }],
      lost: [{ job_id: cancelled, status: "cancelled" }, { job_id: gone }],
    });
  });

  test("that was silent for too long has lost its jobs to others, and cannot write any more", async () => {
    const { create, claim, on, read } = workerOf(server, "silent");
    const jobId = await create();
    await claim();
    clock.advance(30_001);
    await server.fleet.leases.expireOverdue();
    expect(await read(jobId)).toMatchObject({ status: "pending", attempt: 2, worker_id: null });
    expect((await on(jobId, "complete", { run: 1 })).body).toMatchObject({ code: "LEASE_LOST", job_status: "pending", worker_id: null });
  });

  test("that ends gives back what it has, untried", async () => {
    const { me, create, claim, post, read } = workerOf(server, "leaving");
    const jobId = await create();
    await claim();
    for (const _ of ["once", "twice"]) expect((await post("deregister", { worker_id: me.worker_id })).status).toBe(204);
    expect(await read(jobId)).toMatchObject({ status: "pending", attempt: 1, worker_id: null });
  });

  test("says how far it is, and completes with any JSON", async () => {
    const { create, claim, on } = workerOf(server, "busy");
    const jobId = await create();
    await claim();
    const progress = await on(jobId, "progress", { run: 1, percent: 40, message: "half", phase: "draft" });
    expect(progress.body).toMatchObject({ progress_percent: 40, progress_message: "half", current_phase: "draft" });
    expect(progress.headers.get("etag")).toBe(`"${progress.body.version}"`);
    const result = { pageCount: 3, inner_key: null };
    for (const _ of ["once", "twice"]) {
      const done = await on(jobId, "complete", { run: 1, result });
      expect([done.status, done.body]).toMatchObject([200, { status: "completed", result, worker_id: null }]);
    }
  });

  test("fails an attempt for another one, and for good when none can succeed", async () => {
    const { create, claim, on, read } = workerOf(server, "failing");
    const jobId = await create();
    await claim();
    const failed = await on(jobId, "fail", { run: 1, error: "no paper", error_stack: "at printer", retry_after_ms: 1_000 });
    expect(failed.body).toMatchObject({ status: "pending", attempt: 2, error: null });
    expect(new Date(failed.body.available_at).getTime()).toBe(clock.nowMs() + 1_000);
    const { events } = (await server.request("GET", `/api/v2/jobs/${jobId}/events`)).body;
    expect(events.at(-1)).toMatchObject({ kind: "attempt_failed", data: { error: "no paper", error_stack: "at printer", attempt: 1 } });
    clock.advance(1_000);
    await claim();
    await on(jobId, "fail", { run: 2, error: "no printer", retryable: false });
    expect(await read(jobId)).toMatchObject({ status: "failed", error: "no printer" });
  });

  test("gives a job back, untried", async () => {
    const { create, claim, on } = workerOf(server, "reluctant");
    const jobId = await create();
    await claim();
    expect((await on(jobId, "release", { run: 1 })).body).toMatchObject({ status: "pending", attempt: 1, run: 1 });
    expect(await claim()).toMatchObject([{ job_id: jobId, run: 2 }]);
  });

  test("stores steps under any name: a step keeps its first output, a checkpoint its last", async () => {
    const { create, claim, put, steps } = workerOf(server, "storing");
    const jobId = await create();
    await claim();
    const name = "100 % of a/b #2? é";
    const output = { innerKey: [1, { snake_key: "a" }] };
    expect((await put(jobId, name, { run: 1, output })).body).toEqual({ output });
    expect((await put(jobId, name, { run: 1, output: "other" })).body).toEqual({ output });
    for (const n of [1, 2]) expect((await put(jobId, name, { run: 1, kind: "checkpoint", output: n })).body).toEqual({ output: n });
    expect(await steps(jobId)).toEqual([
      { kind: "checkpoint", name, output: 2 },
      { kind: "step", name, output },
    ]);
  });

  test("sleeps without a lease, and goes on when the sleep is over", async () => {
    const { create, claim, on } = workerOf(server, "sleepy");
    const jobId = await create();
    await claim();
    expect((await on(jobId, "sleep", { run: 1, name: "night", ms: 60_000 })).body).toEqual({ is_over: false });
    expect(await claim()).toEqual([]);
    clock.advance(60_000);
    expect(await claim()).toMatchObject([{ job_id: jobId, run: 2 }]);
    expect((await on(jobId, "sleep", { run: 2, name: "night", ms: 60_000 })).body).toEqual({ is_over: true });
  });

  test("asks people, parks, and goes on in its next run with what they said and what it had stored", async () => {
    const { create, claim, put, steps, on, read } = workerOf(server, "asking");
    const jobId = await create();
    await claim();
    await put(jobId, "outline", { run: 1, output: ["tides"] });
    const response_schema = { type: "object", properties: { innerKey: { type: "boolean" } }, required: ["innerKey"] };
    const prompts = [
      { key: "scope", type: "question", title: "How far?", data: { fromHere: { to_there: 1 } }, response_schema },
      {
        key: "tone",
        type: "question",
        expires_in_ms: 60_000,
        on_expire: { response: { toneOfVoice: "dry" } },
        due_at: "2030-01-01T00:00:00Z",
      },
    ];
    const asked = await on(jobId, "prompts", { run: 1, prompts });
    expect([asked.status, asked.body]).toMatchObject([
      200,
      { is_parked: true, prompts: [{ ...prompts[0], job_id: jobId }, { key: "tone" }] },
    ]);
    expect(asked.body.prompts[1]).toMatchObject({ on_expire: { response: { toneOfVoice: "dry" } }, due_at: "2030-01-01T00:00:00.000Z" });
    expect(await read(jobId)).toMatchObject({ status: "pending_hitl", worker_id: null, available_at: null });
    expect(await claim()).toEqual([]);

    for (const { prompt_id } of asked.body.prompts) {
      await server.request("POST", `/api/v2/hitl/prompts/${prompt_id}/response`, { body: { innerKey: true } });
    }
    expect(await claim()).toMatchObject([{ job_id: jobId, run: 2, attempt: 1 }]);
    expect(await steps(jobId)).toEqual([{ kind: "step", name: "outline", output: ["tides"] }]);
    const again = await on(jobId, "prompts", { run: 2, prompts });
    expect(again.body).toMatchObject({
      is_parked: false,
      prompts: [{ status: "answered", response: { innerKey: true } }, { status: "answered" }],
    });
    expect((await on(jobId, "complete", { run: 2 })).body).toMatchObject({ status: "completed" });
  });

  test("that has the job is the only one to ask something for it", async () => {
    const { me, create, claim } = workerOf(server, "owner");
    const jobId = await create();
    await claim();
    const refused = await server.request("POST", `/api/v2/hitl/${jobId}/prompt`, { body: { type: "question" } });
    expect([refused.status, refused.body]).toMatchObject([409, { code: "JOB_LEASED", job_id: jobId, worker_id: me.worker_id }]);
  });

  test.each([
    ["complete", { result: "late" }],
    ["fail", { error: "late" }],
    ["release", {}],
    ["progress", { percent: 99 }],
    ["prompts", { prompts: [{ key: "k", type: "question" }] }],
    ["sleep", { name: "night", ms: 1_000 }],
    ["step", { output: "late" }],
  ])("of a run that is not the current one is refused by %s, and changes nothing", async (verb, body) => {
    const { me, create, claim, on, put, read, steps } = workerOf(server, `late ${verb}`);
    const jobId = await create();
    await claim();
    await on(jobId, "release", { run: 1 });
    await claim();
    const before = await read(jobId);
    const late = verb === "step" ? await put(jobId, "s", { run: 1, ...body }) : await on(jobId, verb, { run: 1, ...body });
    expect([late.status, late.body]).toMatchObject([409, { code: "LEASE_LOST", run: 2, worker_id: me.worker_id, job_status: "running" }]);
    expect([await read(jobId), await steps(jobId)]).toEqual([before, []]);
  });

  test("of a job that is not there is told so", async () => {
    const { on } = workerOf(server, "lost");
    expect((await on(crypto.randomUUID(), "complete", { run: 1 })).body.code).toBe("JOB_NOT_FOUND");
  });
});

describe("a worker's input that is wrong", () => {
  let server: TestServer;
  let jobId: string;
  beforeAll(async () => {
    server = await startTestServer();
    const { create, claim } = workerOf(server, "wrong");
    jobId = await create();
    await claim();
  });
  afterAll(() => server[Symbol.asyncDispose]());

  const me = { worker_id: "w", types: ["t"] };
  const ask = (...prompts: object[]) => ["POST", "jobs/JOB/prompts", { run: 1, prompts }] as const;
  const question = { key: "k", type: "question" };

  test.each([
    ["no worker", ["POST", "claim", { types: ["t"] }], ["worker_id"]],
    ["no types", ["POST", "register", { worker_id: "w" }], ["types"]],
    ["a type that is empty", ["POST", "register", { worker_id: "w", types: [""] }], ["types", 0]],
    ["a worker's name that is too long", ["POST", "deregister", { worker_id: "w".repeat(201) }], ["worker_id"]],
    ["a limit of 501", ["POST", "claim", { ...me, limit: 501 }], ["limit"]],
    ["a wait of an hour", ["POST", "claim", { ...me, wait_ms: 3_600_000 }], ["wait_ms"]],
    ["a name in the spelling of the SDK", ["POST", "claim", { ...me, waitMs: 1 }], ["waitMs"]],
    ["no run", ["POST", "jobs/JOB/complete", {}], ["run"]],
    ["run 0", ["POST", "jobs/JOB/complete", { run: 0 }], ["run"]],
    ["a run beyond any", ["POST", "jobs/JOB/complete", { run: 2 ** 31 }], ["run"]],
    ["a failure without a reason", ["POST", "jobs/JOB/fail", { run: 1 }], ["error"]],
    ["a retry before now", ["POST", "jobs/JOB/fail", { run: 1, error: "e", retry_after_ms: -1 }], ["retry_after_ms"]],
    ["progress of nothing", ["POST", "jobs/JOB/progress", { run: 1 }], []],
    ["progress beyond the end", ["POST", "jobs/JOB/progress", { run: 1, percent: 101 }], ["percent"]],
    ["a sleep without an end", ["POST", "jobs/JOB/sleep", { run: 1, name: "n", ms: 1e15 }], ["ms"]],
    ["a stored sleep that is no time", ["PUT", "jobs/JOB/steps/n", { run: 1, kind: "sleep", output: "long" }], ["output"]],
    ["a step without an output", ["PUT", "jobs/JOB/steps/n", { run: 1 }], ["output"]],
    ["a step of no kind", ["PUT", "jobs/JOB/steps/n", { run: 1, kind: "x", output: 1 }], ["kind"]],
    ["a step whose name is too long", ["PUT", `jobs/JOB/steps/${"n".repeat(201)}`, { run: 1, output: 1 }], ["name"]],
    ["no question", ask(), ["prompts"]],
    ["a question without a key", ask({ type: "question" }), ["prompts", 0, "key"]],
    ["two questions of one key", ask(question, question), ["prompts"]],
    [
      "a field of a question in the spelling of the SDK",
      ask(question, { ...question, responseSchema: {} }),
      ["prompts", 1, "responseSchema"],
    ],
    ["a field that no question has", ask({ ...question, colour: "red" }), ["prompts", 0, "colour"]],
    ["a deadline that is none", ask({ ...question, expires_in_ms: 0 }), ["prompts", 0, "expires_in_ms"]],
    ["a key of the user's that is not storable", ask({ ...question, data: { innerKey: "\u0000" } }), undefined],
  ] as const)("%s is refused with its place in the request, and changes nothing", async (_, [method, path, body], at) => {
    const before = await server.fleet.jobs.get(jobId);
    const reply = await server.request(method, `/api/v2/worker/${path.replace("JOB", jobId)}`, { body });
    expect([reply.status, reply.body.code]).toEqual([422, "INVALID_INPUT"]);
    if (at !== undefined) expect(reply.body.errors[0].path).toEqual(at);
    expect(await server.fleet.jobs.get(jobId)).toEqual(before);
    expect(await server.fleet.leases.steps({ jobId })).toEqual([]);
  });
});

test("a worker over REST on PostgreSQL claims, stores, asks and completes", async () => {
  await using database = await createTestDatabase();
  await using server = await startTestServer({ persistence: { kind: "server", url: database.url } });
  const { create, claim, put, steps, on } = workerOf(server, "relational");
  const claimed = claim({ wait_ms: 55_000 });
  const jobId = await create();
  expect(await claimed).toMatchObject([{ job_id: jobId, run: 1 }]);
  await put(jobId, "a", { run: 1, output: { innerKey: 1 } });
  const asked = (await on(jobId, "prompts", { run: 1, prompts: [{ key: "k", type: "question", due_at: "2030-01-01T00:00:00Z" }] })).body;
  await server.request("POST", `/api/v2/hitl/${jobId}/response`, { body: { answer: "yes" } });
  expect(await claim({ wait_ms: 55_000 })).toMatchObject([{ job_id: jobId, run: 2 }]);
  expect((await on(jobId, "progress", { run: 1, percent: 1 })).body.code).toBe("LEASE_LOST");
  expect(await steps(jobId)).toEqual([{ kind: "step", name: "a", output: { innerKey: 1 } }]);
  const again = await on(jobId, "prompts", { run: 2, prompts: [{ key: "k", type: "question" }] });
  expect(again.body.prompts).toMatchObject([{ prompt_id: asked.prompts[0].prompt_id, response: { answer: "yes" } }]);
  expect((await on(jobId, "complete", { run: 2, result: 1 })).body).toMatchObject({ status: "completed", result: 1 });
});
