import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { startTestServer, type TestServer } from "./testing/test-server.ts";
import { answerBatch } from "./trpc-batch.ts";

const id = "f3a1";
const json = { "content-type": "application/json" };
const inputs = (...values: unknown[]) => encodeURIComponent(JSON.stringify({ ...values }));

vi.mock(import("./trpc-batch.ts"), { spy: true });

let server: TestServer;
let known: string;
beforeAll(async () => {
  server = await startTestServer({ corsOrigins: ["http://a.example"] });
  known = (await server.fleet.jobs.create({ type: "report", tags: ["a"] })).job.id;
});
beforeEach(() => void vi.mocked(answerBatch).mockClear());
afterAll(() => server[Symbol.asyncDispose]());

/** The reply without what is of one request alone. */
async function reply(method: string, path: string, parts: { headers?: Record<string, string>; body?: string | undefined }) {
  const { status, headers, body } = await server.request(method, path, parts);
  const alike = [...headers].filter(([name]) => !["date", "x-request-id"].includes(name));
  return { status, headers: alike, body: JSON.parse(JSON.stringify(body, (key, value) => (key === "requestId" ? "its id" : value))) };
}

/** A request that says what it accepts is answered by tRPC itself. */
const byTrpc = { "trpc-accept": "application/json" };

const get = `/trpc/jobs.get?batch=1&input=${inputs({ id })}`;

describe("what is no plain batch", () => {
  const create = "/trpc/jobs.create?batch=1";
  test.each([
    ["no batch", "GET", get.replace("batch=1&", "")],
    ["two words about whether it is one", "GET", `${get}&batch=1`],
    ["two inputs", "GET", `${get}&input=${inputs({ id })}`],
    ["parameters of a connection", "GET", `${get}&connectionParams=null`],
    ["a stream", "GET", get, { headers: { "trpc-accept": "application/jsonl" } }],
    ["a stream by the usual header", "GET", get, { headers: { accept: "text/html, application/jsonl" } }],
    ["a word about what it accepts", "GET", get, { headers: byTrpc }],
    ["another method", "PUT", get, { body: "{}" }],
    ["a HEAD", "HEAD", get],
    ["a query that is a form", "GET", get, { headers: { "content-type": "multipart/form-data; boundary=b" } }],
    ["a query by POST", "POST", "/trpc/jobs.get?batch=1", { body: "{}" }],
    ["a mutation by GET", "GET", create],
    ["a mutation that is no JSON", "POST", create, { body: "{}", headers: { "content-type": "multipart/form-data; boundary=b" } }],
    ["an unknown procedure", "GET", "/trpc/jobs.stats,jobs.nothing?batch=1"],
    ["what objects mostly have", "GET", "/trpc/constructor?batch=1"],
    ["more calls than are allowed", "GET", `/trpc/${Array.from({ length: 101 }, () => "jobs.stats").join(",")}?batch=1`],
    ["inputs that are not whole", "POST", create, { body: "{" }],
    ["inputs without places", "POST", create, { body: "[1]" }],
    ["inputs that are null", "POST", create, { body: "null" }],
  ])("is left to tRPC: %s", async (_, method, path, parts: { headers?: object; body?: string } = {}) => {
    const headers = { ...(parts.body !== undefined && json), ...parts.headers };
    await (await fetch(server.url + path, { ...parts, method, headers })).text();
    expect(answerBatch).not.toHaveBeenCalled();
  });
});

describe("a batch", () => {
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
    const method = isWrite ? "POST" : "GET";
    const path = `/trpc/${paths.join(",")}?batch=1${isWrite ? "" : `&input=${inputs(...values)}`}`;
    const parts = { headers: { origin: "http://a.example" }, body: isWrite ? JSON.stringify({ ...values }) : undefined };
    const ours = await reply(method, path, parts);
    expect(ours.status).toBe(status);
    expect(ours).toEqual(await reply(method, path, { ...parts, headers: { ...parts.headers, ...byTrpc } }));
    expect(answerBatch).toHaveBeenCalledOnce();
  });

  test("reads its inputs as tRPC does: none at all, and one with a mark of its byte order", async () => {
    expect((await server.request("GET", "/trpc/jobs.stats?batch=1")).status).toBe(200);
    expect((await server.request("POST", "/trpc/jobs.create?batch=1", { headers: json })).status).toBe(422);
    const body = '\ufeff{"0":{"type":"Tïde"}}';
    expect((await server.request("POST", "/trpc/jobs.create?batch=1", { body })).body[0].result.data.json.type).toBe("Tïde");
    expect(answerBatch).toHaveBeenCalledTimes(3);
  });

  test("that cannot be written is a fault of the server, which is in its log", async () => {
    vi.spyOn(server.fleet.jobs, "stats").mockResolvedValueOnce({ total: 1n } as never);
    const { status, body } = await server.request("GET", "/trpc/jobs.stats?batch=1");
    expect([status, JSON.stringify(body)]).toEqual([500, expect.not.stringContaining("BigInt")]);
    expect(server.log()).toContain("BigInt");
  });

  test("with a call that fails does the others all the same", async () => {
    const [twin, lone] = [randomUUID(), randomUUID()];
    const values = [{ id: twin }, { id: twin, type: "other" }, { id: lone }];
    const { status, body } = await server.request("POST", "/trpc/jobs.create,jobs.create,jobs.create?batch=1", { body: { ...values } });
    expect([status, body.map((part: object) => Object.keys(part)[0])]).toEqual([207, ["result", "error", "result"]]);
    expect(body[1].error.json.data.fleet).toMatchObject({ code: "JOB_ALREADY_EXISTS", jobId: twin });
  });
});
