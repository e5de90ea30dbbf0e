import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { promisify } from "node:util";
import { createDataDir, type TestDataDir } from "@skill-fleet/core/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runCommand } from "../testing/run-command.ts";
import { ServerProcess } from "../testing/server-process.ts";

let dir: TestDataDir;
let server: ServerProcess;

beforeAll(async () => {
  dir = await createDataDir();
  server = await ServerProcess.start({ folder: dir.path, environment: { SKILL_FLEET_PERSISTENCE: "memory" } });
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await dir[Symbol.asyncDispose]();
});

const run = (...args: string[]) => runCommand(["jobs", ...args], { folder: dir.path, environment: { SKILL_FLEET_URL: server.url } });

const createJob = async (body: object = {}) => (await server.request("POST", "/api/v2/jobs", { body })).body.job_id as string;

/** Runs a command that must succeed, and returns what it printed for a program. */
async function runJson(...args: string[]) {
  const { stdout, stderr, exitCode } = await run(...args, "--json");
  expect([exitCode, stderr]).toEqual([0, ""]);
  return JSON.parse(stdout);
}

/** Runs a command that must be refused, and returns the error that it printed for a program. */
async function runRefused(...args: string[]) {
  const { stdout, stderr, exitCode } = await run(...args, "--json");
  expect([exitCode, stdout]).toEqual([1, ""]);
  return JSON.parse(stderr).error;
}

describe("jobs create", () => {
  test("makes a job of the default type when nothing is said", async () => {
    expect(await runJson("create")).toMatchObject({ type: "skill_creation", status: "pending", version: 1 });
  });

  test("gives the server every option", async () => {
    const id = crypto.randomUUID();
    const flags = ["--type", "report", "--task", "Tides", "--user-id", "ada", "--input", "[1,null]", "--metadata", '{"a":{"b":1}}'];
    await runJson("create", "--id", id, ...flags, "--tag", "x", "--tag", "y");
    const { body } = await server.request("GET", `/api/v2/jobs/${id}`);
    const expected = { type: "report", task_description: "Tides", user_id: "ada", input: [1, null], metadata: { a: { b: 1 } } };
    expect(body).toMatchObject({ ...expected, tags: ["x", "y"] });
  });

  test("gives the server the place in the queue and the limits, and shows them to a person", async () => {
    const runAt = "2030-01-01T00:00:00.000Z";
    const flags = ["--priority", "-2", "--run-at", runAt, "--max-attempts", "3", "--attempt-timeout", "60000", "--timeout", "120000"];
    const job = await runJson("create", ...flags);
    expect(job).toMatchObject({ priority: -2, availableAt: runAt, maxAttempts: 3, attemptTimeoutMs: 60_000 });
    expect(Date.parse(job.deadlineAt) - Date.parse(job.createdAt)).toBe(120_000);
    const { stdout } = await run("get", job.id);
    const shown = stdout.split("\n").map((line) => line.split(/ {2,}/));
    expect(shown).toEqual(
      expect.arrayContaining([
        ["priority", "-2"],
        ["runs from", runAt],
        ["attempt", "1 of 3, each of at most 60000 ms"],
        ["deadline", job.deadlineAt],
      ]),
    );
  });

  test("refuses a priority that is none before it asks the server", async () => {
    const refused = await Promise.all(["high", "--5", "-6"].map((priority) => run("create", `--priority=${priority}`)));
    expect(refused.map(({ exitCode }) => exitCode)).toEqual([2, 2, 2]);
  });

  test("exits with 2 when the server refuses a value", async () => {
    const { exitCode, stdout, stderr } = await run("create", "--max-attempts", "1001", "--json");
    expect([exitCode, stdout]).toEqual([2, ""]);
    expect(JSON.parse(stderr).error).toMatchObject({ code: "INVALID_INPUT", details: { errors: [{ path: ["maxAttempts"] }] } });
  });

  test("sent again with its idempotency key, finds the job of the first time", async () => {
    const first = await runJson("create", "--idempotency-key", "k");
    const again = await runJson("create", "--idempotency-key", "k");
    expect(again).toMatchObject({ id: first.id, deduplicated: true });
    expect(await runRefused("create", "--idempotency-key", "k", "--task", "other")).toMatchObject({ code: "IDEMPOTENCY_CONFLICT" });
  });

  test("shows a person the job, a field a line, without colours when no terminal reads", async () => {
    const { stdout } = await run("create", "--task", "Write about tides", "--tag", "ocean");
    const fields = stdout.trimEnd().split("\n");
    expect(fields).toEqual(expect.arrayContaining([expect.stringMatching(/^status +pending$/), expect.stringMatching(/^tags +ocean$/)]));
    expect(fields).toContainEqual(expect.stringMatching(/^durability +memory: it ends with the server$/));
    expect(stdout).not.toContain("\u001b");
  });
});

describe("jobs get", () => {
  test("prints the job", async () => {
    const id = await createJob({ task_description: "Tides" });
    expect(await runJson("get", id)).toMatchObject({ id, taskDescription: "Tides" });
    expect((await run("get", id)).stdout).toMatch(new RegExp(`^job +${id}\n`));
  });

  test("says which worker has it", async () => {
    const id = await createJob({ type: "held" });
    await server.request("POST", "/api/v2/worker/claim", { body: { worker_id: "worker 7", types: ["held"] } });
    const { stdout } = await run("get", id);
    expect(stdout).toMatch(/^worker +worker 7$/m);
    expect(stdout).not.toMatch(/^runs from/m);
  });

  test("of an absent job exits with 1 and says which", async () => {
    const id = crypto.randomUUID();
    const { stdout, stderr, exitCode } = await run("get", id);
    expect([exitCode, stdout]).toEqual([1, ""]);
    expect(stderr).toMatch(new RegExp(`^skill-fleet: .*${id}.*\n$`));
    expect(await runRefused("get", id)).toMatchObject({ code: "JOB_NOT_FOUND", message: expect.stringContaining(id) });
  });
});

test("jobs get shows what the handler works on", async () => {
  const id = await createJob({ user_id: "ada", input: { port: "Lisbon" }, metadata: { team: "sea" } });
  const { stdout } = await run("get", id);
  const shown = stdout.split("\n").map((line) => line.split(/ {2,}/));
  expect(shown).toEqual(
    expect.arrayContaining([
      ["input", '{"port":"Lisbon"}'],
      ["user", "ada"],
      ["metadata", '{"team":"sea"}'],
    ]),
  );
  expect(stdout).not.toMatch(/^context/m);
});

describe("jobs delete", () => {
  test("removes a job that has ended", async () => {
    const id = await createJob();
    await server.request("POST", `/api/v2/jobs/${id}/cancel`);
    expect((await run("delete", id)).stdout).toBe(`Job ${id} is deleted.\n`);
    expect(await runRefused("delete", id)).toMatchObject({ code: "JOB_NOT_FOUND" });
  });

  test("leaves one that runs", async () => {
    const id = await createJob();
    await server.request("PATCH", `/api/v2/jobs/${id}`, { body: { status: "running" } });
    expect(await runRefused("delete", id)).toMatchObject({ code: "JOB_ACTIVE" });
  });
});

test("jobs stats counts jobs for a person and for a program", async () => {
  await createJob({ type: "counted" });
  const stats = await runJson("stats");
  expect(stats).toMatchObject({ estimated: false, byType: expect.arrayContaining([{ type: "counted", total: 1 }]) });
  const shown = (await run("stats")).stdout.split("\n").map((line) => line.trim().split(/ {2,}/));
  expect(shown).toEqual(
    expect.arrayContaining([
      ["jobs", String(stats.total)],
      ["pending", String(stats.byStatus.pending)],
      ["counted", "1"],
    ]),
  );
});

describe("jobs list", () => {
  test("pages through what the filters find, newest first", async () => {
    const ids = [];
    for (const task_description of ["first", "second", "third"]) ids.push(await createJob({ type: "paged", task_description }));
    await server.request("POST", `/api/v2/jobs/${ids[0]}/cancel`);
    const page = await runJson("list", "--type", "paged", "--status", "pending", "cancelled", "--limit", "2");
    expect(page.jobs.map(({ id }: { id: string }) => id)).toEqual([ids[2], ids[1]]);

    const { stdout } = await run("list", "--type", "paged", "--limit", "2");
    const [head, newest, , more = ""] = stdout.split("\n");
    expect(head).toMatch(/^JOB +STATUS +TYPE +PROGRESS +CREATED +TASK$/);
    expect(newest).toMatch(new RegExp(`^${ids[2]} +pending +paged +0 % +\\S+Z +third$`));
    const [, cursor = ""] = /^More: --cursor (\S+)$/.exec(more) ?? [];
    expect((await runJson("list", "--type", "paged", "--limit", "2", "--cursor", cursor)).jobs).toMatchObject([{ id: ids[0] }]);
  });

  test("says when there is nothing", async () => {
    expect((await run("list", "--tag", "nobody-has-it")).stdout).toBe("No jobs.\n");
  });
});

describe("jobs cancel and jobs retry", () => {
  test("end a job with a reason, and send it back for another attempt", async () => {
    const id = await createJob();
    expect(await runJson("cancel", id, "--reason", "no longer needed")).toMatchObject({ status: "cancelled", error: "no longer needed" });
    expect(await runRefused("cancel", id)).toMatchObject({ code: "INVALID_TRANSITION" });
    expect((await run("retry", id)).stdout).toMatch(/^status +pending$.*^attempt +2 of 5$/ms);
  });

  test("with --if-version refuse a job that has changed", async () => {
    const id = await createJob();
    await server.request("PATCH", `/api/v2/jobs/${id}`, { body: { status: "running" } });
    expect(await runRefused("cancel", id, "--if-version", "1")).toMatchObject({ code: "VERSION_MISMATCH", details: { version: 2 } });
    expect(await runJson("cancel", id, "--if-version", "2")).toMatchObject({ status: "cancelled" });
  });
});

describe("whatever a user wrote stays in its line and sends the terminal no orders:", () => {
  const evil = "a\u001b[2J\u009b31m\r\nstatus  completed\u2028b";
  const shown = "a\\u001b[2J\\u009b31m\\u000d\\u000astatus  completed\\u2028b";
  const hasOrders = /(?!\n)[\p{Cc}\u2028\u2029]/u;

  test("in a job", async () => {
    const id = await createJob({ task_description: evil, user_id: evil, tags: [evil], type: "evil" });
    await server.request("POST", `/api/v2/jobs/${id}/cancel`, { body: { reason: evil } });
    const { stdout } = await run("get", id);
    const fields = stdout.split("\n").map((line) => line.split(/ {2,}/));
    for (const name of ["task", "user", "tags", "error"]) expect(fields).toContainEqual([name, ...shown.split(/ {2,}/)]);
    expect(stdout).not.toMatch(hasOrders);
  });

  test("in a table", async () => {
    const { stdout } = await run("list", "--type", "evil");
    expect(stdout.trimEnd().split("\n")).toHaveLength(2);
    expect(stdout).toContain(shown);
    expect(stdout).not.toMatch(hasOrders);
  });

  test("in an error", async () => {
    await runJson("create", "--idempotency-key", evil);
    const { stderr } = await run("create", "--idempotency-key", evil, "--task", "other");
    expect(stderr).toContain(shown);
    expect(stderr.trimEnd()).not.toMatch(/[\p{Cc}\u2028\u2029]/u);
  });
});

test("a server that cannot be reached is exit code 69, for a person and for a program", async () => {
  const door = createServer().listen(0, "127.0.0.1");
  await once(door, "listening");
  const { port } = door.address() as AddressInfo;
  await promisify(door.close.bind(door))();
  const away = ["--url", `http://127.0.0.1:${port}`];
  const [person, program] = await Promise.all([run("list", ...away), run("list", ...away, "--json")]);
  expect([person.exitCode, person.stdout]).toEqual([69, ""]);
  expect(person.stderr).toMatch(new RegExp(`^skill-fleet: The server cannot be reached: .*127\\.0\\.0\\.1:${port}\\n$`));
  expect([program.exitCode, JSON.parse(program.stderr)]).toMatchObject([69, { error: { code: "NETWORK_ERROR" } }]);
});
