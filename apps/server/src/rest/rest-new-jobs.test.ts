import { ManualClock } from "@skill-fleet/core/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestServer, type TestServer } from "../testing/test-server.ts";

describe("what a job can be created with, over REST", () => {
  let server: TestServer;
  const clock = new ManualClock();
  beforeAll(async () => {
    server = await startTestServer({ clock });
  });
  afterAll(() => server[Symbol.asyncDispose]());

  const create = (body: object, key?: string) =>
    server.request("POST", "/api/v2/jobs", { body, headers: { ...(key !== undefined && { "idempotency-key": key }) } });

  test("a job that says nothing has the ordinary place in the queue and five attempts, without a limit in time", async () => {
    const { body } = await create({});
    expect(body).toMatchObject({ priority: 0, attempt: 1, max_attempts: 5, attempt_timeout_ms: null, deadline_at: null, run: 0 });
    expect(body).toMatchObject({ worker_id: null, available_at: body.created_at });
  });

  test("every term comes back as it was given", async () => {
    const terms = { priority: -5, max_attempts: 1_000, attempt_timeout_ms: 1, timeout_ms: 60_000, run_at: "2030-01-01T01:00:00+01:00" };
    const { timeout_ms, run_at, ...kept } = terms;
    const { body } = await create(terms);
    expect(body).toMatchObject({ ...kept, available_at: "2030-01-01T00:00:00.000Z" });
    expect(Date.parse(body.deadline_at) - Date.parse(body.created_at)).toBe(timeout_ms);
  });

  test("a job that takes too long fails", async () => {
    const { body } = await create({ timeout_ms: 1_000 });
    clock.advance(1_000);
    await server.fleet.jobs.expireOverdue();
    expect((await server.request("GET", `/api/v2/jobs/${body.job_id}`)).body).toMatchObject({ status: "failed", deadline_at: null });
  });

  test.each([
    [{ priority: 6 }, "priority"],
    [{ priority: 0.5 }, "priority"],
    [{ max_attempts: 0 }, "max_attempts"],
    [{ max_attempts: 1_001 }, "max_attempts"],
    [{ attempt_timeout_ms: 0 }, "attempt_timeout_ms"],
    [{ timeout_ms: 1e15 }, "timeout_ms"],
    [{ run_at: "tomorrow" }, "run_at"],
    [{ on_conflict: "ignore" }, "on_conflict"],
    [{ idempotency_ttl_ms: 0 }, "idempotency_ttl_ms"],
    [{ idempotency_scope: "" }, "idempotency_scope"],
    [{ idempotency_scope: "a scope without a key" }, "Idempotency-Key"],
  ])("%j is refused", async (body, field) => {
    const refused = await create(body);
    expect([refused.status, refused.body.code, refused.body.errors[0].path]).toEqual([422, "INVALID_INPUT", [field]]);
  });

  test("an Idempotency-Key is unique within its scope", async () => {
    const [ada, bob] = [{ idempotency_scope: "ada" }, { idempotency_scope: "bob" }];
    const first = await create(ada, "scoped");
    const other = await create(bob, "scoped");
    const again = await create(ada, "scoped");
    expect([first.status, other.status, again.status]).toEqual([201, 201, 200]);
    expect([again.body.job_id, again.body.deduplicated]).toEqual([first.body.job_id, true]);
    expect(other.body.job_id).not.toBe(first.body.job_id);
  });

  test("a key stands for its job as long as it was said, and for a new one afterwards", async () => {
    const body = { idempotency_ttl_ms: 60_000 };
    const first = (await create(body, "brief")).body.job_id;
    clock.advance(59_999);
    expect((await create(body, "brief")).body).toMatchObject({ job_id: first, deduplicated: true });
    clock.advance(1);
    const later = await create(body, "brief");
    expect([later.status, later.body.deduplicated]).toEqual([201, false]);
    expect(later.body.job_id).not.toBe(first);
  });

  test("a repetition that is to be rejected is, with the job that it would have been", async () => {
    const body = { on_conflict: "reject" };
    const first = await create(body, "strict");
    const again = await create(body, "strict");
    expect([again.status, again.body]).toMatchObject([409, { code: "IDEMPOTENCY_CONFLICT", job_id: first.body.job_id }]);
    expect((await create({ on_conflict: "return_existing" }, "strict")).body).toMatchObject({ deduplicated: true });
  });
});
