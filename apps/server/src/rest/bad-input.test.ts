import { request as rawRequest } from "node:http";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestServer, type TestServer } from "../testing/test-server.ts";

/** What is sent, and what comes back: the status, the code, and the path of the first problem where there is one. */
interface Case {
  readonly what: string;
  readonly method?: string;
  readonly path?: string;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
  readonly status: number;
  readonly code: string;
  readonly at?: (string | number)[];
}

const maxBodyBytes = 20_000;
const deep = `${'{"a":'.repeat(2_000)}1${"}".repeat(2_000)}`;
const job = "/api/v2/jobs/JOB";

const cases: Case[] = [
  { what: "a body that is not JSON", body: "{oops", status: 400, code: "MALFORMED_REQUEST" },
  { what: "a body that is not an object", body: "[]", status: 422, code: "INVALID_INPUT", at: [] },
  { what: "a body of another type", body: "a=1", headers: { "content-type": "text/plain" }, status: 415, code: "UNSUPPORTED_MEDIA_TYPE" },
  { what: "a body over the limit", body: { task_description: "x".repeat(maxBodyBytes) }, status: 413, code: "BODY_TOO_LARGE" },
  { what: "a field of the wrong type", body: { tags: "a" }, status: 422, code: "INVALID_INPUT", at: ["tags"] },
  { what: "a list with an item of the wrong type", body: { tags: ["a", 1] }, status: 422, code: "INVALID_INPUT", at: ["tags", 1] },
  { what: "a field that is not known", body: { colour: "red" }, status: 422, code: "INVALID_INPUT", at: ["colour"] },
  {
    what: "a field in the spelling of the SDK",
    body: { taskDescription: "x" },
    status: 422,
    code: "INVALID_INPUT",
    at: ["taskDescription"],
  },
  { what: "an empty type", body: { type: "" }, status: 422, code: "INVALID_INPUT", at: ["type"] },
  { what: "a type that is too long", body: { type: "t".repeat(201) }, status: 422, code: "INVALID_INPUT", at: ["type"] },
  { what: "an id that is no UUID, of a new job", body: { job_id: "7" }, status: 422, code: "INVALID_INPUT", at: ["job_id"] },
  { what: "U+0000 in a string", body: { task_description: "a\u0000b" }, status: 422, code: "INVALID_INPUT", at: ["task_description"] },
  {
    what: "U+0000 deep in the user's JSON",
    body: { input: { a: [{ b: "\u0000" }] } },
    status: 422,
    code: "INVALID_INPUT",
    at: ["input", "a", 0, "b"],
  },
  { what: "U+0000 in a key", body: { metadata: { "a\u0000": 1 } }, status: 422, code: "INVALID_INPUT", at: ["metadata"] },
  { what: "half a surrogate pair", body: '{"task_description":"\\ud800"}', status: 422, code: "INVALID_INPUT", at: ["task_description"] },
  { what: "a number that JSON cannot carry", body: '{"input":{"n":1e999}}', status: 422, code: "INVALID_INPUT", at: ["input", "n"] },
  { what: "JSON that is nested too deep", body: `{"input":${deep}}`, status: 422, code: "INVALID_INPUT" },
  { what: "metadata that is no object", body: { metadata: [1] }, status: 422, code: "INVALID_INPUT", at: ["metadata"] },
  {
    what: "an idempotency key that is too long",
    body: {},
    headers: { "idempotency-key": "k".repeat(256) },
    status: 422,
    code: "INVALID_INPUT",
    at: ["Idempotency-Key"],
  },
  { what: "an update without a field", method: "PATCH", path: job, body: {}, status: 422, code: "INVALID_INPUT", at: [] },
  { what: "an update without a body", method: "PATCH", path: job, status: 422, code: "INVALID_INPUT", at: [] },
  { what: "an unknown status", method: "PATCH", path: job, body: { status: "done" }, status: 422, code: "INVALID_INPUT", at: ["status"] },
  {
    what: "the status that only a prompt brings about",
    method: "PATCH",
    path: job,
    body: { status: "pending_hitl" },
    status: 422,
    code: "INVALID_INPUT",
    at: ["status"],
  },
  {
    what: "a move that the table forbids",
    method: "PATCH",
    path: job,
    body: { status: "completed" },
    status: 409,
    code: "INVALID_TRANSITION",
  },
  {
    what: "a progress of 101",
    method: "PATCH",
    path: job,
    body: { progress_percent: 101 },
    status: 422,
    code: "INVALID_INPUT",
    at: ["progress_percent"],
  },
  {
    what: "a failure that says no reason",
    method: "PATCH",
    path: job,
    body: { status: "failed" },
    status: 422,
    code: "INVALID_INPUT",
    at: ["error"],
  },
  {
    what: "a result without the status that has one",
    method: "PATCH",
    path: job,
    body: { result: 1 },
    status: 422,
    code: "INVALID_INPUT",
    at: ["result"],
  },
  {
    what: "a version that is none",
    method: "PATCH",
    path: job,
    body: { current_phase: "x" },
    headers: { "if-match": '"abc"' },
    status: 422,
    code: "INVALID_INPUT",
    at: ["If-Match"],
  },
  { what: "an id that is no UUID", method: "GET", path: "/api/v2/jobs/7", status: 404, code: "JOB_NOT_FOUND" },
  { what: "an id with an encoded slash", method: "GET", path: "/api/v2/jobs/..%2F..%2Fetc", status: 404, code: "JOB_NOT_FOUND" },
  { what: "an id with U+0000", method: "GET", path: "/api/v2/jobs/%00", status: 404, code: "JOB_NOT_FOUND" },
  { what: "an escape that is none", method: "GET", path: "/api/v2/jobs/%zz", status: 400, code: "MALFORMED_REQUEST" },
  { what: "page 1,000,000", method: "GET", path: "/api/v2/jobs?page=1000000", status: 422, code: "INVALID_INPUT", at: ["page"] },
  { what: "a limit of 1,000,000", method: "GET", path: "/api/v2/jobs?limit=1000000", status: 422, code: "INVALID_INPUT", at: ["limit"] },
  { what: "a limit that is no number", method: "GET", path: "/api/v2/jobs?limit=ten", status: 422, code: "INVALID_INPUT", at: ["limit"] },
  {
    what: "a cursor that no list returned",
    method: "GET",
    path: "/api/v2/jobs?cursor=abc",
    status: 422,
    code: "INVALID_INPUT",
    at: ["cursor"],
  },
  {
    what: "a filter for a status that does not exist",
    method: "GET",
    path: "/api/v2/jobs?status=done",
    status: 422,
    code: "INVALID_INPUT",
    at: ["status", 0],
  },
  {
    what: "a time that is none",
    method: "GET",
    path: "/api/v2/jobs?created_after=yesterday",
    status: 422,
    code: "INVALID_INPUT",
    at: ["created_after"],
  },
  { what: "a filter with U+0000", method: "GET", path: "/api/v2/jobs?tag=%00", status: 422, code: "INVALID_INPUT", at: ["tag"] },
  { what: "a prompt without a type", path: "/api/v2/hitl/JOB/prompt", body: {}, status: 422, code: "INVALID_INPUT", at: ["type"] },
  {
    what: "a prompt with a field of a later release",
    path: "/api/v2/hitl/JOB/prompt",
    body: { type: "x", timeout: 1 },
    status: 422,
    code: "INVALID_INPUT",
    at: ["timeout"],
  },
  {
    what: "a response that is no object",
    path: "/api/v2/hitl/JOB/response",
    body: '"yes"',
    status: 422,
    code: "INVALID_INPUT",
    at: [],
  },
  { what: "a response without a body", path: "/api/v2/hitl/JOB/response", status: 422, code: "INVALID_INPUT", at: [] },
  { what: "a prompt that does not exist", method: "GET", path: "/api/v2/hitl/prompts/7", status: 404, code: "PROMPT_NOT_FOUND" },
  { what: "a method that is not there", method: "PUT", path: job, body: "{oops", status: 405, code: "METHOD_NOT_ALLOWED" },
  { what: "a path that is not there", method: "GET", path: "/api/v2/job", status: 404, code: "ROUTE_NOT_FOUND" },
];

describe("bad input", () => {
  let server: TestServer;
  let jobId: string;
  beforeAll(async () => {
    server = await startTestServer({ maxBodyBytes });
    jobId = (await server.request("POST", "/api/v2/jobs")).body.job_id;
  });
  afterAll(() => server[Symbol.asyncDispose]());

  test.each(cases)(
    "$what is refused with $status $code",
    async ({ method = "POST", path = "/api/v2/jobs", body, headers, status, code, at }) => {
      const reply = await server.request(method, path.replace("JOB", jobId), {
        ...(body !== undefined && { body }),
        ...(headers && { headers }),
      });
      expect([reply.status, reply.body.code]).toEqual([status, code]);
      expect(reply.body.detail).not.toBe("");
      if (at !== undefined) expect(reply.body.errors[0].path).toEqual(at);
    },
  );

  const instant = "must be a date and time (ISO 8601) in the years 1 to 9999, such as 2026-01-31T12:00:00Z";

  test.each([
    ["limit=abc", "limit: must be a whole number from 1 to 200"],
    ["type=", "type: must not be empty"],
    ["limit=1.5", "limit: must be a whole number from 1 to 200"],
    ["limit=0", "limit: must be a whole number from 1 to 200"],
    ["limit=201", "limit: must be a whole number from 1 to 200"],
    ["created_after=yesterday", `created_after: ${instant}`],
    ["created_after=0000-01-01T00:00:00Z", `created_after: ${instant}`],
    ["created_before=0001-01-01T00:00:00%2B01:00", `created_before: ${instant}`],
    ["created_before=9999-12-31T23:59:59-01:00", `created_before: ${instant}`],
    ["created_before=20000-01-01T00:00:00Z", `created_before: ${instant}`],
  ])("a list with %s is told all that the value must be", async (query, detail) => {
    const { status, body } = await server.request("GET", `/api/v2/jobs?${query}`);
    expect([status, body.detail]).toEqual([422, detail]);
  });

  test.each([
    [{ priority: "high" }, "priority: must be a whole number from -5 to 5"],
    [{ timeout_ms: 0.5 }, "timeout_ms: must be a whole number from 1 to 315360000000"],
    [{ user_id: "" }, "user_id: must have 1 to 255 characters"],
    [{ tags: ["ok", ""] }, "tags.1: must have 1 to 255 characters"],
    [{ run_at: "tomorrow" }, `run_at: ${instant}`],
  ])("a job with %j is told so too", async (job, detail) => {
    const { status, body } = await server.request("POST", "/api/v2/jobs", { body: job });
    expect([status, body.detail]).toEqual([422, detail]);
  });

  test("a list takes the first and the last instant of all years", async () => {
    const all = "created_after=0001-01-01T00:00:00Z&created_before=9999-12-31T23:59:59Z";
    expect((await server.request("GET", `/api/v2/jobs?${all}`)).status).toBe(200);
  });

  test("nothing that was refused has changed anything", async () => {
    const { body } = await server.request("GET", "/api/v2/jobs");
    expect(body.jobs).toMatchObject([{ job_id: jobId, version: 1, status: "pending" }]);
    expect(body.jobs).toHaveLength(1);
  });

  test("bytes that are not UTF-8 are refused", async () => {
    const body = new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]);
    const reply = await fetch(`${server.url}/api/v2/jobs`, { method: "POST", body, headers: { "content-type": "application/json" } });
    expect([reply.status, ((await reply.json()) as { detail: string }).detail]).toEqual([400, "The body is not UTF-8."]);
  });

  test("a path with .. leads nowhere", async () => {
    const { port } = new URL(server.url);
    const status = await new Promise((resolve) => {
      rawRequest({ port, path: "/api/v2/../../etc/passwd" }, (reply) => resolve(reply.resume().statusCode)).end();
    });
    expect(status).toBe(404);
  });

  test("405 lists the methods that are there", async () => {
    const reply = await server.request("PUT", `/api/v2/jobs/${jobId}`);
    expect(reply.headers.get("allow")).toBe("GET, PATCH, DELETE, HEAD");
  });

  test("none of this is an error of the server", () => {
    expect(server.log()).not.toMatch(/"level":"(ERROR|CRITICAL)"/);
  });
});
