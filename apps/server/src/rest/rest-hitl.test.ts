import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestServer, type TestServer } from "../testing/test-server.ts";

describe("the person in the loop over REST", () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer();
  });
  afterAll(() => server[Symbol.asyncDispose]());

  const createJob = async () => (await server.request("POST", "/api/v2/jobs")).body.job_id as string;
  const ask = async (jobId: string, body: object = { type: "question" }) => {
    return (await server.request("POST", `/api/v2/hitl/${jobId}/prompt`, { body })).body.prompt_id as string;
  };

  test("a job that asks nothing has no prompt: 404 with a problem", async () => {
    const jobId = await createJob();
    const reply = await server.request("GET", `/api/v2/hitl/${jobId}/prompt`);
    expect([reply.status, reply.body]).toMatchObject([404, { code: "NO_OPEN_PROMPT", job_id: jobId }]);
  });

  test("opening a prompt makes the job wait, and the response makes it run", async () => {
    const jobId = await createJob();
    const opened = await server.request("POST", `/api/v2/hitl/${jobId}/prompt`, {
      body: { type: "clarify", title: "Which?", body: "Two ways", data: { innerKey: [1] } },
    });
    expect(opened.status).toBe(201);
    expect(opened.headers.get("location")).toBe(`/api/v2/hitl/prompts/${opened.body.prompt_id}`);
    expect((await server.request("GET", `/api/v2/jobs/${jobId}`)).body.status).toBe("pending_hitl");
    const shown = await server.request("GET", `/api/v2/hitl/${jobId}/prompt`);
    expect(shown.body).toMatchObject({ type: "clarify", title: "Which?", data: { innerKey: [1] }, status: "open" });

    const answer = { answer: "yes", confidence: 0.9 };
    const accepted = await server.request("POST", `/api/v2/hitl/${jobId}/response`, { body: answer });
    expect([accepted.status, accepted.body]).toEqual([
      200,
      { status: "accepted", prompt_id: opened.body.prompt_id, job_id: jobId, job_status: "running", job_version: 3 },
    ]);
    expect((await server.request("GET", `/api/v2/jobs/${jobId}`)).body.status).toBe("running");
    const answered = await server.request("GET", `/api/v2/hitl/prompts/${opened.body.prompt_id}`);
    expect(answered.body).toMatchObject({ status: "answered", response: answer, responded_by: "anonymous", responded_via: "api" });
  });

  test("of many responses at once exactly one wins, and the others are told which", async () => {
    const jobId = await createJob();
    await ask(jobId);
    const replies = await Promise.all(
      Array.from({ length: 50 }, (_, n) => server.request("POST", `/api/v2/hitl/${jobId}/response`, { body: { n } })),
    );
    const winners = replies.filter(({ status }) => status === 200);
    expect(winners).toHaveLength(1);
    const { response } = (await server.request("GET", `/api/v2/hitl/prompts/${winners[0]?.body.prompt_id}`)).body;
    for (const { status, body } of replies.filter((reply) => reply.status !== 200)) {
      expect([status, body]).toMatchObject([409, { code: "PROMPT_ALREADY_ANSWERED", winner: { response } }]);
    }
  });

  test("the winning response, sent again with its key, gets its receipt again", async () => {
    const jobId = await createJob();
    await ask(jobId);
    const parts = { body: { answer: "yes" }, headers: { "idempotency-key": "k" } };
    const first = await server.request("POST", `/api/v2/hitl/${jobId}/response`, parts);
    const again = await server.request("POST", `/api/v2/hitl/${jobId}/response`, parts);
    expect([again.status, again.body]).toEqual([200, first.body]);
    const other = await server.request("POST", `/api/v2/hitl/${jobId}/response`, { ...parts, body: { answer: "no" } });
    expect(other.status).toBe(409);
    // The job asks again: that is not what was answered.
    const next = await ask(jobId);
    const late = await server.request("POST", `/api/v2/hitl/${jobId}/response`, parts);
    expect([late.status, late.body]).toEqual([200, first.body]);
    expect((await server.request("GET", `/api/v2/hitl/prompts/${next}`)).body.status).toBe("open");
  });

  test("with several open prompts a response needs the id of one", async () => {
    const jobId = await createJob();
    const promptIds = [await ask(jobId), await ask(jobId)];
    const vague = await server.request("POST", `/api/v2/hitl/${jobId}/response`, { body: { answer: "yes" } });
    expect([vague.status, vague.body]).toMatchObject([409, { code: "SEVERAL_OPEN_PROMPTS", prompt_ids: promptIds }]);
    const one = await server.request("POST", `/api/v2/hitl/prompts/${promptIds[1]}/response`, { body: { answer: "b" } });
    expect(one.body.job_status).toBe("pending_hitl");
    const other = await server.request("POST", `/api/v2/hitl/prompts/${promptIds[0]}/response`, { body: { answer: "a" } });
    expect(other.body.job_status).toBe("running");
  });

  test("a job that ends closes its prompts", async () => {
    const jobId = await createJob();
    const promptId = await ask(jobId);
    await server.request("POST", `/api/v2/jobs/${jobId}/cancel`);
    const late = await server.request("POST", `/api/v2/hitl/prompts/${promptId}/response`, { body: { answer: "yes" } });
    expect([late.status, late.body.code]).toEqual([409, "PROMPT_CLOSED"]);
    const none = await server.request("POST", `/api/v2/hitl/${jobId}/prompt`, { body: { type: "confirm" } });
    expect([none.status, none.body.code]).toEqual([409, "INVALID_TRANSITION"]);
  });

  test("the inbox lists what waits, oldest first, with what a person needs to know of the job", async () => {
    const { job_id } = (
      await server.request("POST", "/api/v2/jobs", { body: { type: "report", user_id: "u9", task_description: "Tides" } })
    ).body;
    const promptIds = [await ask(job_id), await ask(job_id, { type: "preview" })];
    const inbox = await server.request("GET", "/api/v2/hitl/prompts?user_id=u9");
    expect(inbox.body.prompts).toMatchObject(promptIds.map((prompt_id) => ({ prompt_id, job_type: "report", task_description: "Tides" })));
    const previews = await server.request("GET", "/api/v2/hitl/prompts?job_type=report&type=preview&limit=1");
    expect(previews.body).toMatchObject({ prompts: [{ prompt_id: promptIds[1] }], next_cursor: null });
  });

  test("reading never answers", async () => {
    const jobId = await createJob();
    const promptId = await ask(jobId);
    const reply = await server.request("GET", `/api/v2/hitl/prompts/${promptId}/response`);
    expect([reply.status, reply.headers.get("allow")]).toEqual([405, "POST"]);
    expect((await server.request("GET", `/api/v2/hitl/prompts/${promptId}`)).body.status).toBe("open");
  });
});
