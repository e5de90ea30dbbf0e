import { describe, expect, test } from "vitest";
import { engines } from "./testing/engines.ts";
import { type Reply, ServerProcess } from "./testing/server-process.ts";

const clients = 16;
const acknowledgementsBeforeTheKill = 400;

/** What the server acknowledged: for each job its highest version, for each prompt its answer if it has one. */
interface Acknowledged {
  readonly versions: Map<string, number>;
  readonly answers: Map<string, { n: number } | undefined>;
}

/** Lets many clients work until enough is acknowledged, kills the server in the middle of it, and returns what was. */
async function killUnderLoad(server: ServerProcess): Promise<Acknowledged> {
  const acknowledged: Acknowledged = { versions: new Map(), answers: new Map() };
  let total = 0;
  /** Undefined once the server is dead. */
  const call = async (method: string, path: string, body?: object): Promise<Reply["body"]> => {
    const reply = await server.request(method, path, { body }).catch(() => undefined);
    if (reply === undefined) return undefined;
    expect(reply.status).toBeLessThan(300);
    total += 1;
    if (total === acknowledgementsBeforeTheKill) void server.kill9();
    return reply.body;
  };
  const work = async () => {
    for (let n = 0; ; n += 1) {
      const created = await call("POST", "/api/v2/jobs", { input: { n } });
      if (created === undefined) return;
      const { job_id } = created;
      acknowledged.versions.set(job_id, 1);
      if ((await call("PATCH", `/api/v2/jobs/${job_id}`, { status: "running" })) === undefined) return;
      acknowledged.versions.set(job_id, 2);
      const prompt = await call("POST", `/api/v2/hitl/${job_id}/prompt`, { type: "number" });
      if (prompt === undefined) return;
      acknowledged.versions.set(job_id, 3);
      acknowledged.answers.set(prompt.prompt_id, undefined);
      if ((await call("POST", `/api/v2/hitl/${job_id}/response`, { n })) === undefined) return;
      acknowledged.versions.set(job_id, 4);
      acknowledged.answers.set(prompt.prompt_id, { n });
    }
  };
  await Promise.all(Array.from({ length: clients }, work));
  expect(total).toBeGreaterThanOrEqual(acknowledgementsBeforeTheKill);
  return acknowledged;
}

describe.each(engines)("after kill -9 of the server under load, on $name,", ({ open }) => {
  test("it starts again at once, and every job, version and answer that it acknowledged is there", async () => {
    await using engine = await open();
    await using killed = await ServerProcess.start(engine);
    const { versions, answers } = await killUnderLoad(killed);
    expect(await killed.ended).toEqual({ exitCode: null, signal: "SIGKILL" });

    await using server = await ServerProcess.start(engine);
    const get = async (path: string) => (await server.request("GET", path)).body;
    const kinds = ["created", "started", "prompt_opened", "prompt_answered"];
    for (const [jobId, version] of versions) {
      const job = await get(`/api/v2/jobs/${jobId}`);
      expect(job.version).toBeGreaterThanOrEqual(version);
      const { events } = await get(`/api/v2/jobs/${jobId}/events`);
      expect(events.map(({ kind }: { kind: string }) => kind)).toEqual(kinds.slice(0, job.version));
    }
    for (const [promptId, response] of answers) {
      expect(await get(`/api/v2/hitl/prompts/${promptId}`)).toMatchObject(
        response ? { status: "answered", response } : { prompt_id: promptId },
      );
    }
  });
});
