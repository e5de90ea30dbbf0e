import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestServer, type TestServer } from "../testing/test-server.ts";

describe("jobs over REST", () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer();
  });
  afterAll(() => server[Symbol.asyncDispose]());

  const create = async (body?: object) => (await server.request("POST", "/api/v2/jobs", { body })).body;

  test("a POST without a body creates a pending job, and says where it is", async () => {
    const reply = await server.request("POST", "/api/v2/jobs");
    expect(reply.status).toBe(201);
    expect(reply.body).toMatchObject({ status: "pending", type: "skill_creation", version: 1, deduplicated: false });
    expect(reply.headers.get("location")).toBe(`/api/v2/jobs/${reply.body.job_id}`);
    expect(reply.headers.get("etag")).toBe('"1"');
  });

  test("an empty body counts as none, also when it claims to be JSON", async () => {
    const reply = await server.request("POST", "/api/v2/jobs", { headers: { "content-type": "application/json" } });
    expect(reply.status).toBe(201);
  });

  test("fields are snake_case, and the user's own JSON keeps its names", async () => {
    const own = { camelCase: { snake_case: [{ innerKey: 1 }] }, constructor: "c", job_id: "mine" };
    const sent = { user_id: "u1", task_description: "Tides", input: own, user_context: own, metadata: own, tags: ["a", "b"] };
    const { job_id } = await create(sent);
    const { body } = await server.request("GET", `/api/v2/jobs/${job_id}`);
    expect(body).toMatchObject(sent);
    expect(Object.keys(body).filter((key) => /[A-Z]/.test(key))).toEqual([]);
  });

  test("a key called __proto__ is data like any other", async () => {
    const { body } = await server.request("POST", "/api/v2/jobs", { body: '{"metadata":{"__proto__":{"a":1}}}' });
    const reply = await fetch(`${server.url}/api/v2/jobs/${body.job_id}`);
    expect(await reply.text()).toContain('"metadata":{"__proto__":{"a":1}}');
  });

  test("an id of the caller's choice is kept, and the same request again finds the job", async () => {
    const job_id = "0190b3c8-0000-7000-8000-000000000001";
    expect(await create({ job_id })).toMatchObject({ job_id, deduplicated: false });
    const again = await server.request("POST", "/api/v2/jobs", { body: { job_id } });
    expect([again.status, again.body.deduplicated]).toEqual([200, true]);
    const other = await server.request("POST", "/api/v2/jobs", { body: { job_id, tags: ["other"] } });
    expect([other.status, other.body.code]).toEqual([409, "JOB_ALREADY_EXISTS"]);
  });

  test("an Idempotency-Key names a request: the same one finds its job, a different one is refused", async () => {
    const headers = { "idempotency-key": "order-7" };
    const first = await server.request("POST", "/api/v2/jobs", { headers, body: { tags: ["x"] } });
    const again = await server.request("POST", "/api/v2/jobs", { headers, body: { tags: ["x"] } });
    const other = await server.request("POST", "/api/v2/jobs", { headers, body: { tags: ["y"] } });
    expect(again.body.job_id).toBe(first.body.job_id);
    expect([other.status, other.body.code, other.body.job_id]).toEqual([409, "IDEMPOTENCY_CONFLICT", first.body.job_id]);
  });

  test("a job that has changed is never shown as it was, whoever changed it", async () => {
    const { job_id } = await create();
    const shown = async () => {
      const { body, headers } = await server.request("GET", `/api/v2/jobs/${job_id}`);
      return [body.version, body.current_phase, headers.get("etag")];
    };
    expect([await shown(), await shown()]).toEqual([
      [1, null, '"1"'],
      [1, null, '"1"'],
    ]);
    await server.request("PATCH", `/api/v2/jobs/${job_id}`, { body: { current_phase: "a" } });
    expect(await shown()).toEqual([2, "a", '"2"']);
    await server.fleet.jobs.update(job_id, { currentPhase: "b" });
    expect([await shown(), await shown()]).toEqual([
      [3, "b", '"3"'],
      [3, "b", '"3"'],
    ]);
  });

  test("an update carries the version in its ETag, and If-Match refuses an older one", async () => {
    const { job_id } = await create();
    const url = `/api/v2/jobs/${job_id}`;
    const moved = await server.request("PATCH", url, {
      body: { status: "running", current_phase: "plan" },
      headers: { "if-match": '"1"' },
    });
    expect([moved.status, moved.headers.get("etag"), moved.body.current_phase]).toEqual([200, '"2"', "plan"]);
    const late = await server.request("PATCH", url, { body: { progress_percent: 5 }, headers: { "if-match": '"1"' } });
    expect([late.status, late.body.code, late.body.version]).toEqual([412, "VERSION_MISMATCH", 2]);
    const any = await server.request("PATCH", url, { body: { progress_percent: 5 }, headers: { "if-match": "*" } });
    expect(any.status).toBe(200);
  });

  test("a read takes X-Min-Version", async () => {
    const { job_id } = await create();
    const reply = await server.request("GET", `/api/v2/jobs/${job_id}`, { headers: { "x-min-version": "1" } });
    expect(reply.status).toBe(200);
  });

  test("whoever has the current copy gets 304 without a body, and everybody else the job", async () => {
    const { job_id } = await create();
    const url = `/api/v2/jobs/${job_id}`;
    const read = (tags: string, method = "GET") => server.request(method, url, { headers: { "if-none-match": tags } });
    for (const tags of ['"1"', 'W/"1"', '"0", "1"', "*"]) {
      const reply = await read(tags);
      expect([reply.status, reply.headers.get("etag"), reply.body]).toEqual([304, '"1"', ""]);
    }
    for (const tags of ['"2"', '"other"', ""]) expect([(await read(tags)).status, tags]).toEqual([200, tags]);
    await server.request("PATCH", url, { body: { status: "running" } });
    expect(await read('"1"')).toMatchObject({ status: 200, body: { version: 2 } });
  });

  test("HEAD has the headers of GET, and no body", async () => {
    const { job_id } = await create();
    const reply = await server.request("HEAD", `/api/v2/jobs/${job_id}`);
    expect([reply.status, reply.headers.get("etag"), reply.body]).toEqual([200, '"1"', ""]);
    const known = await server.request("HEAD", `/api/v2/jobs/${job_id}`, { headers: { "if-none-match": '"1"' } });
    expect(known.status).toBe(304);
  });

  test("a completed job has its result, and refuses every further move with what is allowed", async () => {
    const { job_id } = await create();
    await server.request("PATCH", `/api/v2/jobs/${job_id}`, { body: { status: "running" } });
    const done = await server.request("PATCH", `/api/v2/jobs/${job_id}`, { body: { status: "completed", result: { pageCount: 3 } } });
    expect(done.body).toMatchObject({ status: "completed", progress_percent: 100, result: { pageCount: 3 } });
    const late = await server.request("PATCH", `/api/v2/jobs/${job_id}`, { body: { status: "failed", error: "no" } });
    expect([late.status, late.body]).toMatchObject([409, { code: "INVALID_TRANSITION", job_id, job_status: "completed", allowed: [] }]);
  });

  test("cancel gives the reason, retry begins another attempt, delete removes", async () => {
    const { job_id } = await create();
    const url = `/api/v2/jobs/${job_id}`;
    expect((await server.request("POST", `${url}/cancel`, { body: { reason: "enough" } })).body).toMatchObject({
      status: "cancelled",
      error: "enough",
    });
    expect((await server.request("POST", `${url}/retry`)).body).toMatchObject({ status: "pending", attempt: 2, error: null });
    const gone = await server.request("DELETE", url);
    expect([gone.status, gone.body]).toEqual([204, ""]);
    expect((await server.request("GET", url)).body).toMatchObject({ code: "JOB_NOT_FOUND", job_id });
  });

  test("a running job is not deleted", async () => {
    const { job_id } = await create();
    await server.request("PATCH", `/api/v2/jobs/${job_id}`, { body: { status: "running" } });
    const reply = await server.request("DELETE", `/api/v2/jobs/${job_id}`);
    expect([reply.status, reply.body.code]).toEqual([409, "JOB_ACTIVE"]);
  });

  test("the history names the fields of a change as the wire does", async () => {
    const { job_id } = await create();
    await server.request("PATCH", `/api/v2/jobs/${job_id}`, { body: { current_phase: "plan", metadata: { innerKey: 1 } } });
    const { body } = await server.request("GET", `/api/v2/jobs/${job_id}/events?after_version=1`);
    expect(body.events).toMatchObject([
      { job_id, version: 2, kind: "updated", data: { current_phase: "plan", metadata: { innerKey: 1 } } },
    ]);
  });

  test.each(["-1", "0", "1.5", "201"])("a limit of %s is told what is wrong with it as a number", async (limit) => {
    const { status, body } = await server.request("GET", `/api/v2/jobs?limit=${limit}`);
    expect([status, body.detail]).toEqual([422, expect.stringMatching(/^limit: (?!.*received string)/)]);
  });

  test("a list is filtered and paged, newest first", async () => {
    const ids = [];
    for (const n of [1, 2, 3]) ids.push((await create({ type: "paged", user_id: "u", tags: [`t${n}`] })).job_id);
    const first = await server.request("GET", "/api/v2/jobs?type=paged&user_id=u&status=pending,running&limit=2");
    expect(first.body.jobs.map((job: { job_id: string }) => job.job_id)).toEqual([ids[2], ids[1]]);
    const second = await server.request("GET", `/api/v2/jobs?type=paged&limit=2&cursor=${first.body.next_cursor}`);
    expect(second.body).toMatchObject({ jobs: [{ job_id: ids[0] }], next_cursor: null });
    const tagged = await server.request(
      "GET",
      "/api/v2/jobs?tag=t2&created_after=2020-01-01T00:00:00Z&created_before=2120-01-01T00:00:00Z",
    );
    expect(tagged.body.jobs).toMatchObject([{ job_id: ids[1] }]);
    const several = await server.request("GET", "/api/v2/jobs?type=paged&status=completed&status=failed");
    expect(several.body.jobs).toEqual([]);
  });

  test("stats count by status and type", async () => {
    const { body } = await server.request("GET", "/api/v2/jobs/stats");
    expect(body.total).toBe(Object.values<number>(body.by_status).reduce((sum, count) => sum + count, 0));
    expect(body.by_type.map(({ type }: { type: string }) => type)).toContain("paged");
    expect(body.durations.average_ms).toBeGreaterThanOrEqual(0);
  });

  test("every reply names its request", async () => {
    const reply = await server.request("GET", "/api/v2/jobs/nothing");
    expect(reply.body.request_id).toBe(reply.headers.get("x-request-id"));
    expect(reply.headers.get("content-type")).toBe("application/problem+json; charset=utf-8");
  });
});
