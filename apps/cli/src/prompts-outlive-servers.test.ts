import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Engine, engines } from "./testing/engines.ts";
import { ServerProcess } from "./testing/server-process.ts";

/** A server that never looks for deadlines after its start. */
const noSweep = { SKILL_FLEET_DEADLINE_CRON: "0 0 1 1 *" };

describe.each(engines)("prompts on $name", ({ open }) => {
  let engine: Engine;
  let server: ServerProcess;

  const start = async (variables: Record<string, string> = {}) => {
    server = await ServerProcess.start({ folder: engine.folder, environment: { ...engine.environment, ...variables } });
  };
  const createJob = async (body: object = {}) => (await server.request("POST", "/api/v2/jobs", { body })).body.job_id as string;
  const ask = async (jobId: string, body: object) => (await server.request("POST", `/api/v2/hitl/${jobId}/prompt`, { body })).body;
  const kindsOf = async (jobId: string) => {
    const { events } = (await server.request("GET", `/api/v2/jobs/${jobId}/events`)).body;
    return events.map(({ kind }: { kind: string }) => kind);
  };
  /** When the deadline of a prompt has passed by the clock that decides: it takes no response any more. */
  const whenExpired = (promptId: string) =>
    expect
      .poll(async () =>
        (await server.request("GET", "/api/v2/hitl/prompts")).body.prompts.map((entry: { prompt_id: string }) => entry.prompt_id),
      )
      .not.toContain(promptId);

  beforeAll(async () => {
    engine = await open();
    await start(noSweep);
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    await engine[Symbol.asyncDispose]();
  });

  test("after a crash everything that waits is in the inbox, the most urgent first", async () => {
    const jobId = await createJob({ user_id: "ada" });
    const undue = await ask(jobId, { type: "question", title: "Any time?" });
    const later = await ask(jobId, { type: "question", due_at: "2030-01-01T00:00:00Z", assignee: "ada" });
    const sooner = await ask(jobId, { type: "preview", due_at: "2029-01-01T00:00:00Z", assignee: "ada" });
    await server.kill9();
    await start(noSweep);
    const inbox = async (query: string) => {
      const { prompts } = (await server.request("GET", `/api/v2/hitl/prompts?${query}`)).body;
      return prompts.map(({ prompt_id }: { prompt_id: string }) => prompt_id);
    };
    expect(await inbox("user_id=ada")).toEqual([sooner.prompt_id, later.prompt_id, undue.prompt_id]);
    expect(await inbox("assignee=ada&type=question")).toEqual([later.prompt_id]);
    expect(await inbox("due_before=2029-06-01T00:00:00Z")).toEqual([sooner.prompt_id]);
  });

  test("a response after the deadline is 410 although nobody has looked, and the deadline happens with it", async () => {
    const jobId = await createJob();
    const { prompt_id } = await ask(jobId, { type: "question", expires_in_ms: 1, on_expire: "resume" });
    await whenExpired(prompt_id);
    expect((await server.request("GET", `/api/v2/hitl/prompts/${prompt_id}`)).body.status).toBe("open");
    const late = await server.request("POST", `/api/v2/hitl/prompts/${prompt_id}/response`, { body: { answer: "yes" } });
    expect([late.status, late.body]).toMatchObject([410, { code: "PROMPT_EXPIRED", job_id: jobId, prompt_id }]);
    const prompt = await server.request("GET", `/api/v2/hitl/prompts/${prompt_id}`);
    expect(prompt.body).toMatchObject({ status: "expired", response: null, responded_by: null });
    expect((await server.request("GET", `/api/v2/jobs/${jobId}`)).body.status).toBe("running");
  });

  test("a deadline that passes while no server runs happens once, when one is back", async () => {
    const jobId = await createJob();
    const fallback = { response: { action: "cancel", feedback: "nobody was there" } };
    const { prompt_id } = await ask(jobId, { type: "confirm", expires_in_ms: 1, on_expire: fallback });
    await whenExpired(prompt_id);
    expect((await server.request("GET", `/api/v2/hitl/prompts/${prompt_id}`)).body.status).toBe("open");
    await server.kill9();
    await start(noSweep);
    expect((await server.request("GET", `/api/v2/jobs/${jobId}`)).body.status).toBe("running");
    await server.stop("SIGTERM");
    await start();
    const prompt = await server.request("GET", `/api/v2/hitl/prompts/${prompt_id}`);
    expect(prompt.body).toMatchObject({ status: "expired", response: fallback.response, responded_by: null, responded_via: null });
    expect(await kindsOf(jobId)).toEqual(["created", "prompt_opened", "prompt_expired"]);
  });
});
