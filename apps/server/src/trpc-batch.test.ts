import { randomUUID } from "node:crypto";
import type { FastifyRequest } from "fastify";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestServer, type TestServer } from "./testing/test-server.ts";
import { type BatchRequest, readBatch } from "./trpc-batch.ts";

const id = "f3a1";
const json = { "content-type": "application/json" };
const inputs = (...values: unknown[]) => encodeURIComponent(JSON.stringify({ ...values }));

describe("readBatch", () => {
  const read = ({ url, ...request }: { method?: string; url: string; headers?: object; body?: unknown }) => {
    const { pathname, searchParams } = new URL(url, "http://localhost");
    const parts = { params: { path: pathname.slice("/trpc/".length) }, query: Object.fromEntries(searchParams) };
    const calls = readBatch({ method: "GET", headers: {}, ...parts, ...request } as FastifyRequest<BatchRequest>, 3);
    return calls?.map(({ path, type, input }) => ({ path, type, input }));
  };
  const get = `/trpc/jobs.get?batch=1&input=${inputs({ id })}`;
  const create = { method: "POST", url: "/trpc/jobs.create?batch=1", headers: json };

  test("reads queries of a GET and mutations of a POST, each with the input of its place", () => {
    const [first, last] = [
      { path: "jobs.get", type: "query", input: { id } },
      { path: "jobs.stats", type: "query", input: undefined },
    ];
    expect(read({ url: get })).toEqual([first]);
    expect(read({ url: `/trpc/jobs.get,jobs.stats?batch=1&input=${inputs({ id })}`, headers: json })).toEqual([first, last]);
    expect(read({ url: "/trpc/jobs.stats?batch=1" })).toEqual([last]);
    const body = Buffer.from(`\ufeff{"0":{"type":"Tïde"}}`);
    expect(read({ ...create, body })).toEqual([{ path: "jobs.create", type: "mutation", input: { type: "Tïde" } }]);
    expect(read(create)).toEqual([{ path: "jobs.create", type: "mutation", input: undefined }]);
  });

  test.each([
    ["no batch", { url: get.replace("batch=1&", "") }],
    ["a batch with parameters of a connection", { url: `${get}&connectionParams=null` }],
    ["a stream", { url: get, headers: { "trpc-accept": "application/jsonl" } }],
    ["a stream by the usual header", { url: get, headers: { accept: "text/html, application/jsonl" } }],
    ["another method", { method: "PUT", url: get, headers: json }],
    ["a HEAD", { method: "HEAD", url: get }],
    ["a query by POST", { method: "POST", url: "/trpc/jobs.get?batch=1", headers: json }],
    ["a mutation by GET", { url: "/trpc/jobs.create?batch=1" }],
    ["a mutation that does not say that it is JSON", { ...create, headers: {} }],
    ["a form", { ...create, headers: { "content-type": "multipart/form-data; boundary=b" } }],
    ["an unknown procedure", { url: "/trpc/jobs.get,jobs.nothing?batch=1" }],
    ["what every object has", { url: "/trpc/constructor?batch=1" }],
    ["more calls than are allowed", { url: "/trpc/jobs.stats,jobs.stats,jobs.stats,jobs.stats?batch=1" }],
    ["inputs that are no JSON", { ...create, body: Buffer.from("{") }],
    ["inputs without places", { ...create, body: Buffer.from("[1]") }],
  ])("leaves %s to tRPC", (_name, request) => {
    expect(read(request)).toBeUndefined();
  });
});

describe("a batch", () => {
  let server: TestServer;
  let known: string;
  beforeAll(async () => {
    server = await startTestServer({ corsOrigins: ["http://a.example"] });
    known = (await server.fleet.jobs.create({ type: "report", tags: ["a"] })).job.id;
  });
  afterAll(() => server[Symbol.asyncDispose]());

  /** The reply without what is of one request alone. */
  async function reply(method: string, path: string, headers: Record<string, string>, body?: string) {
    const { status, headers: of, body: said } = await server.request(method, path, { headers, ...(body !== undefined && { body }) });
    const alike = [...of].filter(([name]) => !["date", "x-request-id"].includes(name));
    return { status, headers: alike, said: JSON.parse(JSON.stringify(said, (key, value) => (key === "requestId" ? "its id" : value))) };
  }

  test.each([
    { what: "one result", status: 200, calls: () => [["jobs.get", { id: known }]] },
    { what: "results with dates and without", status: 200, calls: () => [["jobs.get", { id: known }], ["jobs.list", {}], ["jobs.stats"]] },
    { what: "an error", status: 404, calls: () => [["jobs.get", { id }]] },
    {
      what: "a result and errors of several kinds",
      status: 207,
      calls: () => [["jobs.get", { id: known }], ["jobs.get", { id }], ["jobs.get"]],
    },
    { what: "a bad write", status: 422, calls: () => [["jobs.create", { priority: "high" }]] },
    {
      what: "bad writes of two kinds",
      status: 207,
      calls: () => [
        ["jobs.cancel", { id }],
        ["jobs.create", { unknown: 1 }],
      ],
    },
  ])("with $what gets the reply that tRPC gives", async ({ status, calls }) => {
    const paths = calls().map(([path]) => path);
    const values = calls().map(([, input]) => input);
    const isWrite = paths.includes("jobs.create");
    const path = `/trpc/${paths.join(",")}?batch=1${isWrite ? "" : `&input=${inputs(...values)}`}`;
    const body = isWrite ? JSON.stringify({ ...values }) : undefined;
    const headers = { origin: "http://a.example" };
    const ours = await reply(isWrite ? "POST" : "GET", path, headers, body);
    expect(ours.status).toBe(status);
    // Whoever says what is accepted anyway is answered by tRPC itself.
    expect(ours).toEqual(await reply(isWrite ? "POST" : "GET", path, { ...headers, "trpc-accept": "application/json" }, body));
  });

  test("runs its calls at once, and each by itself", async () => {
    const [twin, lone] = [randomUUID(), randomUUID()];
    const values = [{ id: twin }, { id: twin, type: "other" }, { id: lone }];
    const { status, body } = await server.request("POST", "/trpc/jobs.create,jobs.create,jobs.create?batch=1", { body: { ...values } });
    expect([status, body.map((part: object) => Object.keys(part)[0])]).toEqual([207, ["result", "error", "result"]]);
    expect(body[1].error.json.data.fleet).toMatchObject({ code: "JOB_ALREADY_EXISTS", jobId: twin });
  });
});
