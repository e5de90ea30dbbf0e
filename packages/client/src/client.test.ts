import { EventEmitter, once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { type Fleet, openFleet } from "@skill-fleet/core";
import { createServer as createFleetServer, createLog, type Server } from "@skill-fleet/server";
import { afterAll, beforeAll, describe, expect, expectTypeOf, test, vi } from "vitest";
import { createClient, FleetClientError, type Job } from "./index.ts";

let fleet: Fleet;
let server: Server;
let url: string;

beforeAll(async () => {
  fleet = await openFleet({ persistence: { kind: "memory" } });
  const log = createLog({ format: "json", level: "critical" });
  server = await createFleetServer({ fleet, log, corsOrigins: [], maxBodyBytes: 100_000 });
  url = await server.listen({ host: "127.0.0.1", port: 0 });
});
afterAll(async () => {
  await server.close();
  await fleet.close();
});

/** The error that a call ends with. */
async function failureOf(call: Promise<unknown>): Promise<FleetClientError> {
  const error = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!FleetClientError.is(error)) throw new Error(`not a FleetClientError: ${error}`);
  return error;
}

/** A server of this machine that does what it is told; ends with the test. */
async function serve(listener: RequestListener): Promise<AsyncDisposable & { url: string }> {
  const door = createServer(listener);
  await new Promise<void>((resolve) => door.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(door.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: async () => {
      door.closeAllConnections();
      await new Promise((resolve) => door.close(resolve));
    },
  };
}

/** `fetch` that counts, and loses the reply to its first request after the server has acted on it. */
function losingFetch() {
  const counted = {
    requests: 0,
    fetch: async (...args: Parameters<typeof fetch>) => {
      counted.requests += 1;
      const reply = await fetch(...args);
      if (counted.requests === 1) throw new TypeError("fetch failed");
      return reply;
    },
  };
  return counted;
}

describe("jobs", () => {
  test("live their life, with dates as dates and the user's JSON as it was", async () => {
    const { jobs } = createClient({ url: `${url}/` });
    const metadata = JSON.parse('{"constructor":1,"__proto__":{"a":1},"toString":null,"0":"2026-01-01T00:00:00.000Z"}');
    const created = await jobs.create({ type: "report", input: [1, { date: "2026-01-01" }], metadata, tags: ["a"] });
    expect(created.deduplicated).toBe(false);
    const job = await jobs.get(created.id, { minVersion: 1 });
    expect(JSON.stringify(job.metadata)).toBe(JSON.stringify(metadata));
    expect(job.createdAt).toBeInstanceOf(Date);
    expect(await jobs.update(job.id, { status: "running", progressPercent: 5 }, { ifVersion: 1 })).toMatchObject({ version: 2 });
    const done = await jobs.update(job.id, { status: "completed", result: "2026-01-01T00:00:00.000Z" });
    expect([done.result, done.completedAt instanceof Date]).toEqual(["2026-01-01T00:00:00.000Z", true]);
    const events = await jobs.events(job.id, { afterVersion: 1 });
    expect(events.map(({ kind, at }) => [kind, at instanceof Date])).toEqual([
      ["started", true],
      ["completed", true],
    ]);
    expect((await jobs.stats()).byStatus.completed).toBeGreaterThan(0);
    await jobs.delete(job.id);
    expect((await failureOf(jobs.get(job.id))).code).toBe("JOB_NOT_FOUND");
  });

  test("can be cancelled and retried", async () => {
    const { jobs } = createClient({ url });
    const { id } = await jobs.create();
    expect(await jobs.cancel(id, { reason: "enough" })).toMatchObject({ status: "cancelled", error: "enough" });
    expect(await jobs.retry(id)).toMatchObject({ status: "pending", attempt: 2 });
  });

  test("are listed page by page, to the last", async () => {
    const { jobs } = createClient({ url });
    const ids = [];
    for (let n = 0; n < 5; n += 1) ids.unshift((await jobs.create({ type: "listed" })).id);
    const first = await jobs.list({ type: "listed", limit: 2, createdAfter: new Date(0) });
    expect(first.jobs.map(({ id, createdAt }) => [id, createdAt instanceof Date])).toEqual(ids.slice(0, 2).map((id) => [id, true]));
    const found = [];
    for await (const { id } of jobs.all({ type: "listed", limit: 2 })) found.push(id);
    expect(found).toEqual(ids);
  });
});

describe("the person in the loop", () => {
  test("is asked, seen in the inbox, and answers once", async () => {
    const { jobs, hitl } = createClient({ url });
    const { id } = await jobs.create({ userId: "u1" });
    const { deduplicated, ...prompt } = await hitl.open(id, { type: "question", title: "Go on?" });
    expect(deduplicated).toBe(false);
    expect(await hitl.current(id)).toEqual(prompt);
    expect((await hitl.inbox({ userId: "u1" })).prompts).toMatchObject([{ id: prompt.id, createdAt: prompt.createdAt }]);
    expect(await hitl.respondToJob(id, { answer: "yes" })).toMatchObject({ status: "accepted", jobStatus: "running" });
    expect(await hitl.get(prompt.id)).toMatchObject({ status: "answered", response: { answer: "yes" } });
    const late = await failureOf(hitl.respond(prompt.id, { answer: "no" }));
    expect(late).toMatchObject({ code: "PROMPT_ALREADY_ANSWERED", jobId: id, status: 409, retryable: false });
    expect(late.details?.["winner"]).toMatchObject({ response: { answer: "yes" }, respondedAt: expect.any(Date) });
  });
});

describe("requests", () => {
  test("of one tick travel together", async () => {
    let requests = 0;
    const counting: typeof fetch = (...args) => {
      requests += 1;
      return fetch(...args);
    };
    const { jobs } = createClient({ url, fetch: counting });
    await Promise.all(Array.from({ length: 150 }, () => jobs.create()));
    expect(requests).toBe(2);
  });

  test("carry the API key as a bearer token", async () => {
    let authorization: string | undefined;
    await using door = await serve((request, reply) => {
      authorization = request.headers.authorization;
      reply.writeHead(400).end("{}");
    });
    await failureOf(createClient({ url: door.url, apiKey: "secret" }).jobs.stats());
    expect(authorization).toBe("Bearer secret");
  });
});

describe("a lost reply", () => {
  test("creates no second job", async () => {
    const lossy = losingFetch();
    const { jobs } = createClient({ url, fetch: lossy.fetch });
    const job = await jobs.create({ type: "lost" });
    expect([lossy.requests, job.deduplicated]).toEqual([2, true]);
    expect((await jobs.list({ type: "lost" })).jobs).toHaveLength(1);
  });

  test("answers no prompt twice", async () => {
    const steady = createClient({ url });
    const { id } = await steady.jobs.create();
    const prompt = await steady.hitl.open(id, { type: "question" });
    const { hitl } = createClient({ url, fetch: losingFetch().fetch });
    expect(await hitl.respond(prompt.id, { answer: "yes" })).toMatchObject({ status: "accepted" });
  });

  test("of an update is for the caller to decide about", async () => {
    const { id } = await createClient({ url }).jobs.create();
    const lossy = losingFetch();
    const error = await failureOf(createClient({ url, fetch: lossy.fetch }).jobs.update(id, { status: "running" }));
    expect([error.code, lossy.requests]).toEqual(["NETWORK_ERROR", 1]);
  });
});

describe("a server that is away", () => {
  test("is asked again, as often as it was said", async () => {
    let requests = 0;
    await using door = await serve((_, reply) => {
      requests += 1;
      reply.writeHead(503).end("<html>");
    });
    const error = await failureOf(createClient({ url: door.url, maxRetries: 2 }).jobs.stats());
    expect(error).toMatchObject({ code: "UNEXPECTED_REPLY", status: 503, retryable: true });
    expect(requests).toBe(3);
  });

  test("is not asked again with maxRetries 0", async () => {
    let requests = 0;
    await using door = await serve((request) => {
      requests += 1;
      request.socket.destroy();
    });
    const error = await failureOf(createClient({ url: door.url, maxRetries: 0 }).jobs.stats());
    expect([error.code, error.retryable, requests]).toEqual(["NETWORK_ERROR", true, 1]);
  });
});

test.each(["localhost:8000", "ftp://localhost", "a server"])("a url that is none of HTTP is refused at once: %s", (wrong) => {
  expect(() => createClient({ url: wrong })).toThrow(TypeError);
});

test("a url without an origin is one of the page in a browser", () => {
  expect(() => createClient({ url: "" })).toThrow(TypeError);
  vi.stubGlobal("location", { href: "https://app.example/board" });
  expect(() => createClient({ url: "" })).not.toThrow();
  vi.unstubAllGlobals();
});

test("a history is read to its end, or as far as was asked", async () => {
  const { jobs } = createClient({ url });
  const { id } = await jobs.create();
  const updates = Array.from({ length: 210 }, (_, index) => index);
  for (const step of updates) await jobs.update(id, { currentPhase: `phase ${step}` });
  expect((await jobs.events(id)).map(({ version }) => version)).toEqual(Array.from({ length: 211 }, (_, index) => index + 1));
  expect((await jobs.events(id, { afterVersion: 200 })).length).toBe(11);
  expect((await jobs.events(id, { afterVersion: 5, limit: 2 })).map(({ version }) => version)).toEqual([6, 7]);
});

describe("a signal", () => {
  test("that has ended before the call sends nothing", async () => {
    const counting = losingFetch();
    const { jobs } = createClient({ url, fetch: counting.fetch });
    const error = await failureOf(jobs.stats({ signal: AbortSignal.abort("no") }));
    expect([error.code, error.cause, counting.requests]).toEqual(["ABORTED", "no", 0]);
  });

  test("ends the wait for a reply, alone in its batch", async () => {
    const arrivals = new EventEmitter();
    const arrived = once(arrivals, "request");
    await using door = await serve((_, reply) => arrivals.emit("request", reply));
    const { jobs } = createClient({ url: door.url });
    const controller = new AbortController();
    const aborted = failureOf(jobs.stats({ signal: controller.signal }));
    const other = failureOf(jobs.stats());
    const [reply] = await arrived;
    controller.abort();
    expect((await aborted).code).toBe("ABORTED");
    reply.writeHead(400).end("{}");
    expect((await other).code).toBe("UNEXPECTED_REPLY");
  });

  test("ends the wait between two tries", async () => {
    const refusals = new EventEmitter();
    const refused = once(refusals, "sent");
    await using door = await serve((_, reply) => reply.writeHead(503).end("{}", () => refusals.emit("sent")));
    const controller = new AbortController();
    const waiting = failureOf(createClient({ url: door.url, maxRetries: 20 }).jobs.stats({ signal: controller.signal }));
    await refused;
    controller.abort();
    expect((await waiting).code).toBe("ABORTED");
  });
});

describe("errors", () => {
  test("of the input have paths in the spelling of the SDK", async () => {
    const error = await failureOf(createClient({ url }).jobs.create({ taskDescription: "\u0000" }));
    expect(error).toMatchObject({ code: "INVALID_INPUT", status: 422, details: { errors: [{ path: ["taskDescription"] }] } });
    expect(error.requestId).toMatch(/^[0-9a-f-]{36}$/);
  });

  test("of a body that is too large say what the server said", async () => {
    const error = await failureOf(createClient({ url }).jobs.create({ taskDescription: "x".repeat(200_000) }));
    expect([error.code, error.status, error.message]).toMatchObject([
      "UNEXPECTED_REPLY",
      413,
      expect.stringContaining("larger than this server takes"),
    ]);
  });

  test("are known across copies of the package", () => {
    const foreign = Object.assign(new Error("x"), { name: "FleetClientError", code: "JOB_NOT_FOUND" });
    expect([
      FleetClientError.is(foreign, "ABORTED"),
      FleetClientError.is(foreign),
      FleetClientError.is(new Error("x")),
      FleetClientError.is(undefined),
    ]).toEqual([false, true, false, false]);
  });
});

test("the status of a job decides what else it has", () => {
  expectTypeOf<Extract<Job, { status: "completed" }>["completedAt"]>().toEqualTypeOf<Date>();
  expectTypeOf<Extract<Job, { status: "pending" }>["completedAt"]>().toEqualTypeOf<null>();
  expectTypeOf<Extract<Job, { status: "failed" }>["error"]>().toEqualTypeOf<string>();
  expectTypeOf(createClient).returns.toHaveProperty("jobs");
});
