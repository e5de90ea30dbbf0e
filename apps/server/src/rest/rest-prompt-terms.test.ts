import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestServer, type TestServer } from "../testing/test-server.ts";

describe("what a prompt promises, over REST", () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer();
  });
  afterAll(() => server[Symbol.asyncDispose]());

  const createJob = async () => (await server.request("POST", "/api/v2/jobs")).body.job_id as string;
  const open = async (body: object, jobId?: string) =>
    server.request("POST", `/api/v2/hitl/${jobId ?? (await createJob())}/prompt`, { body });
  const respond = (promptId: string, body: object, headers: Record<string, string> = {}) =>
    server.request("POST", `/api/v2/hitl/prompts/${promptId}/response`, { body, headers });
  const read = async (promptId: string) => (await server.request("GET", `/api/v2/hitl/prompts/${promptId}`)).body;

  describe("a schema", () => {
    const response_schema = {
      type: "object",
      properties: { pages: { type: "integer", minimum: 1 }, innerKey: { type: "array", items: { type: "string" } } },
      required: ["pages"],
      additionalProperties: false,
    };

    test("comes back as it was given", async () => {
      const { body } = await open({ type: "question", response_schema });
      expect((await read(body.prompt_id)).response_schema).toEqual(response_schema);
    });

    test("refuses what does not fit, with the paths in the body, and the prompt stays open", async () => {
      const { body: prompt } = await open({ type: "question", response_schema });
      const refused = await respond(prompt.prompt_id, { pages: 0, innerKey: ["a", 7], extra: true });
      expect([refused.status, refused.body]).toMatchObject([
        422,
        {
          code: "INVALID_INPUT",
          job_id: prompt.job_id,
          errors: expect.arrayContaining([
            { path: ["pages"], message: "must be >= 1" },
            { path: ["innerKey", 1], message: "must be string" },
            { path: ["extra"], message: "is not a known field" },
          ]),
        },
      ]);
      const missing = await respond(prompt.prompt_id, {});
      expect(missing.body.errors).toEqual([{ path: ["pages"], message: "is required" }]);
      expect(await read(prompt.prompt_id)).toMatchObject({ status: "open", response: null });
      expect((await respond(prompt.prompt_id, { pages: 3 })).status).toBe(200);
    });

    test.each([
      ["of another dialect", { $schema: "http://json-schema.org/draft-07/schema#" }],
      ["with an unknown type", { type: "object", properties: { a: { type: "wish" } } }],
      ["with a reference to elsewhere", { type: "object", properties: { a: { $ref: "https://example.com/schema" } } }],
      ["with a pattern that is none", { type: "object", properties: { a: { pattern: "(" } } }],
      ["that no object can fit", { type: "string" }],
      ["that is too large", { type: "object", description: "x".repeat(70_000) }],
    ])("%s is refused when the prompt is opened, and nothing changes", async (_, schema) => {
      const jobId = await createJob();
      const refused = await open({ type: "question", response_schema: schema }, jobId);
      expect([refused.status, refused.body.code]).toEqual([422, "INVALID_INPUT"]);
      expect(refused.body.errors[0].path[0]).toBe("response_schema");
      expect((await server.request("GET", `/api/v2/jobs/${jobId}`)).body).toMatchObject({ status: "pending", version: 1 });
    });

    test("with a pattern that takes for ever on one response does not hold up others", async () => {
      const hostile = { type: "object", properties: { a: { type: "string", pattern: "^(a+)+$" } } };
      const [slow, ordinary] = [(await open({ type: "question", response_schema: hostile })).body, (await open({ type: "confirm" })).body];
      const [refused, accepted] = await Promise.all([
        respond(slow.prompt_id, { a: `${"a".repeat(40)}!` }),
        respond(ordinary.prompt_id, { action: "proceed" }),
      ]);
      expect([refused.status, refused.body.errors[0].message]).toEqual([422, expect.stringContaining("takes too long")]);
      expect(accepted.status).toBe(200);
      expect((await respond(slow.prompt_id, { a: "aaa" })).status).toBe(200);
    });
  });

  describe("the built-in kinds", () => {
    test("are listed with their schemas and the words for each action", async () => {
      const { body } = await server.request("GET", "/api/v2/hitl/config");
      expect(body.kinds.map(({ type }: { type: string }) => type)).toEqual(["clarify", "confirm", "preview", "validate"]);
      for (const { description, response_schema } of body.kinds) {
        expect([description, response_schema]).toEqual([expect.stringMatching(/\w/), expect.objectContaining({ type: "object" })]);
      }
      expect(Object.keys(body.action_words)).toEqual(["proceed", "revise", "cancel"]);
      expect(body.action_words.proceed).toContain("yes");
    });

    test.each(["confirm", "preview", "validate"])("%s takes an action in any of its words", async (type) => {
      for (const [given, action] of [
        [{ action: "Approve" }, "proceed"],
        [{ answer: "edit", feedback: "shorter" }, "revise"],
        [{ action: "cancel" }, "cancel"],
      ] as const) {
        const { body } = await open({ type });
        expect((await respond(body.prompt_id, given)).status).toBe(200);
        expect((await read(body.prompt_id)).response).toMatchObject({ ...given, action });
      }
      const { body } = await open({ type });
      const refused = await respond(body.prompt_id, { action: "dance" });
      expect(refused.body.errors).toEqual([{ path: ["action"], message: 'must be one of: "proceed", "revise", "cancel"' }]);
    });

    test("clarify puts its questions into one form", async () => {
      const { body } = await open({ type: "clarify", data: "1. Which language?\n2. How long?" });
      const question = { options: [], allows_multiple: false, rationale: null };
      expect(body.data.questions).toEqual([
        { ...question, text: "Which language?" },
        { ...question, text: "How long?" },
      ]);
    });
  });

  describe("answering what was seen", () => {
    test("a response that quotes an old digest is refused with the current prompt", async () => {
      const opened = await open({ type: "preview", data: { draft: 1 } });
      const seen = opened.headers.get("etag") as string;
      expect(seen).toBe(`"${opened.body.digest}"`);
      const path = `/api/v2/hitl/prompts/${opened.body.prompt_id}`;
      const revised = await server.request("PATCH", path, { body: { data: { draft: 2 } } });
      expect([revised.status, revised.body]).toMatchObject([200, { data: { draft: 2 }, revision: 2, status: "open" }]);
      expect(revised.headers.get("etag")).not.toBe(seen);

      const late = await respond(opened.body.prompt_id, { action: "proceed" }, { "if-match": seen });
      expect([late.status, late.body]).toMatchObject([409, { code: "PROMPT_CHANGED", prompt: revised.body }]);
      const current = await server.request("GET", path);
      const good = await respond(opened.body.prompt_id, { action: "proceed" }, { "if-match": current.headers.get("etag") as string });
      expect(good.status).toBe(200);
    });

    test("a change of the terms alone keeps the digest", async () => {
      const { body } = await open({ type: "question" });
      const path = `/api/v2/hitl/prompts/${body.prompt_id}`;
      const revised = await server.request("PATCH", path, { body: { assignee: "bob", due_at: "2030-01-01T00:00:00+01:00" } });
      expect(revised.body).toMatchObject({ digest: body.digest, assignee: "bob", due_at: "2029-12-31T23:00:00.000Z" });
    });

    test("a prompt that was withdrawn takes no response, and its job runs on", async () => {
      const { body } = await open({ type: "question" });
      const withdrawn = await server.request("DELETE", `/api/v2/hitl/prompts/${body.prompt_id}?reason=solved`);
      expect([withdrawn.status, withdrawn.body]).toMatchObject([200, { status: "withdrawn", response: null }]);
      const again = await server.request("DELETE", `/api/v2/hitl/prompts/${body.prompt_id}`);
      expect([again.status, again.body]).toEqual([200, withdrawn.body]);
      expect((await respond(body.prompt_id, { answer: "yes" })).body).toMatchObject({ code: "PROMPT_CLOSED", prompt_status: "withdrawn" });
      expect((await server.request("GET", `/api/v2/jobs/${body.job_id}`)).body.status).toBe("running");
      const { events } = (await server.request("GET", `/api/v2/jobs/${body.job_id}/events`)).body;
      expect(events.at(-1)).toMatchObject({ kind: "prompt_withdrawn", data: { prompt_id: body.prompt_id, reason: "solved" } });
    });
  });

  describe("asking again", () => {
    test("with the key of an open prompt, or with its id, returns it; another question is refused", async () => {
      const jobId = await createJob();
      const prompt_id = crypto.randomUUID();
      const question = { prompt_id, type: "question", key: "language", title: "Which language?" };
      const first = await open(question, jobId);
      expect([first.status, first.body]).toMatchObject([201, { prompt_id, round: 1, deduplicated: false }]);
      const { prompt_id: _, ...withoutId } = question;
      for (const repetition of [question, withoutId]) {
        const again = await open(repetition, jobId);
        expect([again.status, again.body]).toMatchObject([200, { prompt_id, deduplicated: true }]);
      }
      const other = await open({ ...withoutId, title: "Which tongue?" }, jobId);
      expect([other.status, other.body]).toMatchObject([409, { code: "IDEMPOTENCY_CONFLICT", prompt_id }]);
      await respond(prompt_id, { answer: "English" });
      expect((await open(withoutId, jobId)).body).toMatchObject({ round: 2, deduplicated: false });
    });
  });

  test("an answer by type finds its prompt among several, and says by which door it came", async () => {
    const jobId = await createJob();
    await open({ type: "question" }, jobId);
    const preview = await open({ type: "preview" }, jobId);
    const answered = await server.request("POST", `/api/v2/hitl/${jobId}/response?type=preview`, {
      body: { action: "proceed" },
      headers: { "x-skill-fleet-door": "cli" },
    });
    expect(answered.body).toMatchObject({ prompt_id: preview.body.prompt_id, job_status: "pending_hitl" });
    const { events } = (await server.request("GET", `/api/v2/jobs/${jobId}/events`)).body;
    expect(events.at(-1)).toMatchObject({
      kind: "prompt_answered",
      data: { prompt_id: preview.body.prompt_id, digest: preview.body.digest },
      actor: "anonymous",
      via: "cli",
      at: expect.stringMatching(/^\d{4}-/),
    });
  });

  describe("waiting", () => {
    test("replies as soon as the job has a later version", async () => {
      const jobId = await createJob();
      const waiting = server.request("GET", `/api/v2/jobs/${jobId}/wait?after_version=1`);
      await server.request("PATCH", `/api/v2/jobs/${jobId}`, { body: { status: "running" } });
      const reply = await waiting;
      expect([reply.status, reply.body, reply.headers.get("etag")]).toMatchObject([200, { status: "running", version: 2 }, '"2"']);
    });

    test("replies with the job as it stands when the time is up, and refuses times that are none", async () => {
      const jobId = await createJob();
      const reply = await server.request("GET", `/api/v2/jobs/${jobId}/wait?after_version=1&timeout_ms=10`);
      expect([reply.status, reply.body]).toMatchObject([200, { status: "pending", version: 1 }]);
      expect((await server.request("GET", `/api/v2/jobs/${jobId}/wait?timeout_ms=3600000`)).status).toBe(422);
      expect((await server.request("GET", `/api/v2/jobs/${crypto.randomUUID()}/wait`)).body.code).toBe("JOB_NOT_FOUND");
    });
  });
});
