import { readFile } from "node:fs/promises";
import { createDataDir, createTestDatabase } from "@skill-fleet/core/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Engine, engines } from "./testing/engines.ts";
import { type Reply, ServerProcess } from "./testing/server-process.ts";

const startLines = [
  /JobManager initialized with database persistence {"(dataDir|database)":"[^"]+"}/,
  /Background cleanup task started \(runs every 5 minutes\)/,
];

/** What stands for an hour of waiting: jobs expire after 60 ms, and memory is cleaned every second. */
const shortMemory = { SKILL_FLEET_MEMORY_TTL_MINUTES: "0.001", SKILL_FLEET_CLEANUP_CRON: "* * * * * *" };

describe.each(engines)("the deployment checklist on $name", ({ open }) => {
  let engine: Engine;
  let server: ServerProcess;
  /** Everything that every server of this deployment has logged: the checklist's server.log. */
  const serverLog: string[] = [];

  const start = async (variables: Record<string, string> = {}) => {
    const environment = { SKILL_FLEET_WORKER: "on", ...engine.environment, ...variables };
    server = await ServerProcess.start({ folder: engine.folder, environment });
    await server.waitForLine(/Worker started/);
  };
  const stop = async () => {
    const ending = await server.stop("SIGTERM");
    serverLog.push(...server.lines);
    return ending;
  };
  const restart = async (variables?: Record<string, string>) => {
    await stop();
    await start(variables);
  };
  const createJob = async () => (await server.request("POST", "/api/v2/jobs")).body.job_id as string;
  const getJob = (jobId: string) => server.request("GET", `/api/v2/jobs/${jobId}`);
  const until = async (jobId: string, status: string): Promise<Reply> => {
    let reply = await getJob(jobId);
    while (reply.body.status !== status) {
      if (reply.body.completed_at !== null) throw new Error(`The job has ended: ${JSON.stringify(reply.body)}`);
      reply = await server.request("GET", `/api/v2/jobs/${jobId}/wait?after_version=${reply.body.version}`);
    }
    return reply;
  };
  /** A job that waits for a person, and changes no more by itself. */
  const createWaitingJob = async () => until(await createJob(), "pending_hitl");

  beforeAll(async () => {
    engine = await open();
    await start();
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    await engine[Symbol.asyncDispose]();
  });

  describe("2. staging deployment", () => {
    test.each(startLines)("the server starts and logs %s", (line) => {
      expect(server.find(line)).toHaveLength(1);
    });

    test("a POST without a body creates a job, and a GET returns its state with metadata", async () => {
      const created = await server.request("POST", "/api/v2/jobs");
      expect([created.status, created.body.job_id]).toEqual([201, expect.stringMatching(/^[0-9a-f-]{36}$/)]);
      expect(created.body.status).toBe("pending");
      const got = await getJob(created.body.job_id);
      expect([got.status, got.body]).toMatchObject([200, { job_id: created.body.job_id, metadata: {} }]);
      expect(got.body.durability).toBe("database");
    });
  });

  describe("3. validation tests", () => {
    test("1: jobs are created and retrieved", async () => {
      const jobIds = await Promise.all(Array.from({ length: 10 }, createJob));
      const replies = await Promise.all(jobIds.map(getJob));
      expect(replies.map(({ status, body }) => [status, body.job_id])).toEqual(jobIds.map((jobId) => [200, jobId]));
    });

    test("2: after a restart of the server the same job is retrieved", async () => {
      const before = await createWaitingJob();
      expect(await stop()).toEqual({ exitCode: 0, signal: null });
      await start();
      const after = await getJob(before.body.job_id);
      expect([after.status, after.body]).toEqual([200, before.body]);
    });

    test("3: a job that expired from memory is cleaned up, and still retrieved from the database", async () => {
      await restart(shortMemory);
      await server.waitForLine(/No expired jobs to clean/);
      const jobId = await createJob();
      await server.waitForLine(/Cleaned 1 expired job\(s\) from memory cache/);
      const got = await getJob(jobId);
      expect([got.status, got.body.job_id]).toEqual([200, jobId]);
      expect(server.find(/Background cleanup task started \(runs at "\* \* \* \* \* \*"\)/)).toHaveLength(1);
    });

    test("4: the job asks, takes the checklist's answer every time, through a restart in the middle, and the skill is on disk", async () => {
      const jobId = await createJob();
      const prompt = () => server.request("GET", `/api/v2/hitl/${jobId}/prompt`);
      expect([200, 404]).toContain((await prompt()).status);

      const response = { answer: "yes", confidence: 0.9 };
      for (const type of ["clarify", "confirm", "preview"]) {
        await until(jobId, "pending_hitl");
        const shown = await prompt();
        expect([shown.status, shown.body]).toMatchObject([200, { type, status: "open", title: expect.any(String) }]);
        if (type === "confirm") {
          await restart();
          expect((await prompt()).body).toEqual(shown.body);
        }
        const accepted = await server.request("POST", `/api/v2/hitl/${jobId}/response`, { body: response });
        expect([accepted.status, accepted.body]).toMatchObject([200, { status: "accepted", job_status: "running" }]);
        const answered = await server.request("GET", `/api/v2/hitl/prompts/${shown.body.prompt_id}`);
        expect(answered.body).toMatchObject({ status: "answered", response, responded_by: "anonymous" });
      }

      const { result } = (await until(jobId, "completed")).body;
      expect(result).toMatchObject({ name: "writing-good-skills", author: expect.stringContaining("no model") });
      const skill = await readFile(result.path, "utf8");
      expect(skill).toMatch(/^---\nname: writing-good-skills\n/);
      expect(skill).toContain(`job_id: ${jobId}`);
    });
  });

  describe("rollback plan: jobs revert to memory only", () => {
    test("the server warns and says so of every job, and back on the database the records are intact", async () => {
      const before = await createWaitingJob();
      await restart({ SKILL_FLEET_PERSISTENCE: "memory" });
      expect(server.find(/JobManager initialized with memory persistence/)).toHaveLength(1);
      expect(server.find(/WARN.*Jobs are kept in memory only/)).toHaveLength(1);
      const inMemory = await getJob(await createJob());
      expect([inMemory.status, inMemory.body.durability]).toEqual([200, "memory"]);
      expect((await getJob(before.body.job_id)).status).toBe(404);

      await restart();
      expect((await getJob(before.body.job_id)).body).toEqual(before.body);
      expect((await getJob(inMemory.body.job_id)).status).toBe(404);
    });
  });

  describe("4. monitoring", () => {
    const patterns = [/JobManager initialized/, /cleanup task started/, /Cleaned.*expired/];

    test.each(patterns)("grep %s finds lines in server.log", (pattern) => {
      expect(serverLog.filter((line) => pattern.test(line))).not.toEqual([]);
    });

    test("in the JSON format every line is an object, and the same patterns find the same lines", async () => {
      await restart({ ...shortMemory, SKILL_FLEET_LOG_FORMAT: "json" });
      await createJob();
      for (const pattern of patterns) await server.waitForLine(pattern);
      for (const line of server.lines) expect(JSON.parse(line)).toMatchObject({ level: "INFO", msg: expect.any(String) });
    });

    test("grep ERROR or CRITICAL finds nothing, also after the last server has stopped", async () => {
      await stop();
      expect(serverLog.filter((line) => /Stopped/.test(line))).toHaveLength(7);
      expect(serverLog.filter((line) => /ERROR|CRITICAL/.test(line))).toEqual([]);
    });
  });
});

test("SELECT count(*) FROM jobs, and by status, tells an operator of PostgreSQL the truth", async () => {
  await using database = await createTestDatabase();
  await using dir = await createDataDir();
  await using server = await ServerProcess.start({ folder: dir.path, environment: { DATABASE_URL: database.url } });
  const create = async () => (await server.request("POST", "/api/v2/jobs")).body.job_id as string;
  const [, running, waiting] = [await create(), await create(), await create()];
  await server.request("PATCH", `/api/v2/jobs/${running}`, { body: { status: "running" } });
  await server.request("POST", `/api/v2/hitl/${waiting}/prompt`, { body: { type: "confirm" } });
  expect(await database.query("SELECT count(*)::int FROM jobs")).toEqual([{ count: 3 }]);
  expect(await database.query("SELECT status, count(*)::int FROM jobs GROUP BY 1 ORDER BY 1")).toEqual([
    { status: "pending", count: 1 },
    { status: "pending_hitl", count: 1 },
    { status: "running", count: 1 },
  ]);
});
