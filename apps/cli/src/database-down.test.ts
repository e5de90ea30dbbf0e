import {
  createDataDir,
  createTestDatabase,
  type PostgresServer,
  startPostgresServer,
  type TestDatabase,
  type TestDataDir,
} from "@skill-fleet/core/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runCommand } from "./testing/run-command.ts";
import { ServerProcess } from "./testing/server-process.ts";

let postgres: PostgresServer;
let dir: TestDataDir;

beforeAll(async () => {
  [postgres, dir] = await Promise.all([startPostgresServer(), createDataDir()]);
});
afterAll(async () => {
  await postgres[Symbol.asyncDispose]();
  await dir[Symbol.asyncDispose]();
});

describe("a server that cannot use its database ends with 69 and one line that says where and why", () => {
  const startWith = async (change: (url: URL) => void) => {
    const url = new URL(postgres.url("fleet"));
    url.password = "s3cret";
    change(url);
    const { exitCode, stdout, stderr } = await runCommand(["serve", "--port", "0"], {
      folder: dir.path,
      environment: { DATABASE_URL: url.href },
    });
    expect([exitCode, stderr]).toEqual([69, ""]);
    expect(stdout).not.toContain("s3cret");
    const lines = stdout.trimEnd().split("\n");
    expect(lines).toHaveLength(1);
    return { line: lines[0], where: `${url.hostname}:${url.port}` };
  };

  test("when nothing listens", async () => {
    await postgres.stop();
    const { line, where } = await startWith(() => {});
    expect(line).toContain(`CRITICAL: Cannot use the database fleet at ${where}: connect ECONNREFUSED ${where}`);
    await postgres.start();
  });

  test("when the password is wrong", async () => {
    const { line, where } = await startWith(() => {});
    expect(line).toContain(`Cannot use the database fleet at ${where}: password authentication failed for user "postgres"`);
  });

  test("when the database does not exist", async () => {
    const { line, where } = await startWith((url) => {
      url.password = new URL(postgres.url("")).password;
    });
    expect(line).toContain(`Cannot use the database fleet at ${where}: database "fleet" does not exist`);
  });
});

describe("a server whose database goes away", () => {
  let database: TestDatabase;
  let server: ServerProcess;
  let hot: string;
  let asking: string;

  beforeAll(async () => {
    database = await postgres.createDatabase();
    server = await ServerProcess.start({ folder: dir.path, environment: { DATABASE_URL: database.url } });
    const create = async () => (await server.request("POST", "/api/v2/jobs")).body.job_id as string;
    [hot, asking] = [await create(), await create()];
    await server.request("POST", `/api/v2/hitl/${asking}/prompt`, { body: { type: "confirm" } });
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    await database[Symbol.asyncDispose]();
  });

  test("answers for a job in memory, and says that the copy may be old", async () => {
    await postgres.stop();
    const isStale = async () => (await server.request("GET", `/api/v2/jobs/${hot}`)).body.stale;
    await expect.poll(isStale, { timeout: 10_000 }).toBe(true);
    const got = await server.request("GET", `/api/v2/jobs/${hot}`);
    expect([got.status, got.body]).toMatchObject([200, { job_id: hot, status: "pending", stale: true }]);
  });

  test("refuses every write with 503, Retry-After and STORE_UNAVAILABLE", async () => {
    const replies = [
      await server.request("POST", "/api/v2/jobs"),
      await server.request("PATCH", `/api/v2/jobs/${hot}`, { body: { status: "running" } }),
      await server.request("POST", `/api/v2/jobs/${hot}/cancel`),
      await server.request("DELETE", `/api/v2/jobs/${hot}`),
      await server.request("POST", `/api/v2/hitl/${hot}/prompt`, { body: { type: "confirm" } }),
      await server.request("POST", `/api/v2/hitl/${asking}/response`, { body: { answer: "yes" } }),
    ];
    for (const { status, headers, body } of replies) {
      expect([status, body.code, headers.get("retry-after")]).toEqual([503, "STORE_UNAVAILABLE", "1"]);
      expect(JSON.stringify(body)).not.toContain("ECONNREFUSED");
    }
  });

  test("refuses reads that memory cannot answer in the same way", async () => {
    for (const path of ["/api/v2/jobs", "/api/v2/jobs/stats", `/api/v2/jobs/${crypto.randomUUID()}`, "/api/v2/hitl/prompts"]) {
      const { status, body } = await server.request("GET", path);
      expect([status, body.code]).toEqual([503, "STORE_UNAVAILABLE"]);
    }
  });

  test("logs what could not be reached at each step, without a stack, and warns of what is tried again", async () => {
    const { input } = await server.waitForLine(/Error in deadline task; the next run tries again/);
    expect(input).toMatch(/ WARN: .*"code":"STORE_UNAVAILABLE".*"reason":"\w/);
    for (const message of ["Error loading job from database", "Failed to update job in database"]) {
      expect(server.find(new RegExp(` ERROR: ${message} .*"code":"STORE_UNAVAILABLE"`))).not.toHaveLength(0);
    }
    expect(server.find(/\bat .*\.js:\d/)).toEqual([]);
  });

  test("lives, but is not ready", async () => {
    expect((await server.request("GET", "/health")).status).toBe(200);
    const ready = await server.request("GET", "/ready");
    expect([ready.status, ready.body.code]).toEqual([503, "STORE_UNAVAILABLE"]);
  });

  test("serves again by itself when the database is back: nothing is lost, and nothing refused has happened", async () => {
    await postgres.start();
    await expect.poll(async () => (await server.request("GET", "/ready")).status, { timeout: 15_000 }).toBe(200);
    const got = await server.request("GET", `/api/v2/jobs/${hot}`);
    expect([got.status, got.body.status, got.body.version, got.body.stale]).toEqual([200, "pending", 1, undefined]);
    expect(await database.query("select count(*)::int from jobs")).toEqual([{ count: 2 }]);
    const answered = await server.request("POST", `/api/v2/hitl/${asking}/response`, { body: { answer: "yes" } });
    expect([answered.status, answered.body.job_status]).toEqual([200, "running"]);
  });
});

test("idle connections that end under a server harm nobody: it takes new ones, and one line says so for each", async () => {
  await using database = await createTestDatabase();
  await using server = await ServerProcess.start({ folder: dir.path, environment: { DATABASE_URL: database.url } });
  const fillPool = await Promise.all(Array.from({ length: 20 }, () => server.request("GET", "/api/v2/jobs")));
  expect(fillPool.map(({ status }) => status)).toEqual(fillPool.map(() => 200));
  const killed = await database.killConnections();
  const changeFeed = 1;
  const { input } = await server.waitForLine(/WARN: An idle database connection was lost/);
  expect(input).toMatch(/connection was lost \{"reason":"terminating connection due to administrator command"\}$/);
  // The task that looks for deadlines every second may have had one of them, and says so itself.
  await server.waitForLine(/An idle database connection was lost|Error in deadline task/, killed - changeFeed);
  const replies = await Promise.all(Array.from({ length: 20 }, () => server.request("POST", "/api/v2/jobs")));
  expect(replies.map(({ status }) => status)).toEqual(replies.map(() => 201));
});
