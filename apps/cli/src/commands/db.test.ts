import { createDataDir, createTestDatabase, type TestDatabase, type TestDataDir } from "@skill-fleet/core/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runCommand } from "../testing/run-command.ts";
import { ServerProcess } from "../testing/server-process.ts";

describe("on an empty PostgreSQL database", () => {
  let database: TestDatabase;
  let dir: TestDataDir;
  beforeAll(async () => {
    [database, dir] = await Promise.all([createTestDatabase(), createDataDir()]);
  });
  afterAll(async () => {
    await database[Symbol.asyncDispose]();
    await dir[Symbol.asyncDispose]();
  });

  const place = () => ({ folder: dir.path, environment: { DATABASE_URL: database.url } });
  const run = (...args: string[]) => runCommand(args, place());
  const countTables = () => database.query("select count(*)::int from pg_tables where schemaname = 'public'");

  test("db status exits with 1, lists what has not run, and changes nothing", async () => {
    const [person, program] = await Promise.all([run("db", "status"), run("db", "status", "--json")]);
    expect([person.exitCode, person.stderr]).toEqual([1, ""]);
    expect(person.stdout).toMatch(/^1 +\w+ {2,}has not run$/m);
    expect([program.exitCode, JSON.parse(program.stdout).migrations[0]]).toMatchObject([1, { version: 1, appliedAt: null }]);
    expect(await countTables()).toEqual([{ count: 0 }]);
  });

  test("serve --skip-db-init refuses, and says what to run", async () => {
    const { exitCode, stdout } = await run("serve", "--port", "0", "--skip-db-init");
    expect(exitCode).toBe(69);
    expect(stdout).toMatch(/^\[\S+\] CRITICAL: The database lacks the migrations 1 \(.*Run: skill-fleet db init\n$/);
    expect(await countTables()).toEqual([{ count: 0 }]);
  });

  test("db init runs the migrations, and nothing the second time", async () => {
    const first = await run("db", "init", "--json");
    expect([first.exitCode, JSON.parse(first.stdout).applied[0]]).toMatchObject([0, { version: 1 }]);
    const second = await run("db", "init");
    expect([second.exitCode, second.stdout]).toEqual([0, "Every migration has run already.\n"]);
    const status = await run("db", "status");
    expect(status.exitCode).toBe(0);
    expect(status.stdout).toMatch(/^1 +\w+ {2,}\d{4}-\d\d-\d\dT\S+Z$/m);
  });

  test("serve --skip-db-init starts once the migrations have run", async () => {
    await using server = await ServerProcess.start({ ...place(), args: ["--skip-db-init"] });
    expect((await server.request("POST", "/api/v2/jobs")).status).toBe(201);
  });

  test("db prune deletes what ended longer ago than it is kept, and says before what that would be", async () => {
    await database.query(`
      update jobs set status = 'completed', started_at = created_at, completed_at = '2020-02-02', created_at = '2020-01-01', available_at = null;
      delete from job_queue`);
    const none = await run("db", "prune", "--dry-run", "--days", "completed=36500,failed=1");
    expect([none.exitCode, none.stderr, none.stdout]).toEqual([0, "", "Would delete 0 completed, 0 failed, 0 cancelled job(s).\n"]);
    const [person, program] = await Promise.all([
      run("db", "prune", "--dry-run", "--days", "30"),
      run("db", "prune", "--dry-run", "--days", "30", "--json"),
    ]);
    expect(person.stdout).toMatch(/^Would delete 1 completed, 0 failed, 0 cancelled job\(s\)\. The oldest ended at 2020-02-0\S+Z\.\n$/);
    expect(JSON.parse(program.stdout)).toEqual({
      wouldDelete: { completed: 1, failed: 0, cancelled: 0 },
      oldestCompletedAt: expect.stringMatching(/^2020-02-0/),
    });
    expect(await database.query("select count(*)::int from jobs")).toEqual([{ count: 1 }]);
    const environment = { ...place().environment, SKILL_FLEET_RETENTION_DAYS: "0.5" };
    const done = await runCommand(["db", "prune", "--json"], { ...place(), environment });
    expect([done.exitCode, JSON.parse(done.stdout)]).toEqual([0, { deleted: { completed: 1, failed: 0, cancelled: 0 } }]);
    expect(await database.query("select count(*)::int from jobs")).toEqual([{ count: 0 }]);
  });

  test.each([
    [[], /Say how long jobs are kept: --days 30/],
    [["--days", "pending=1"], /--days must be a number of days .* it is "pending=1"/],
  ])("db prune %j exits with 2 and says what it wants", async (args, message) => {
    const { exitCode, stderr } = await run("db", "prune", ...args);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(message);
  });

  test("db reset without --force exits with 2 and deletes nothing", async () => {
    const { exitCode, stdout, stderr } = await run("db", "reset");
    expect([exitCode, stdout]).toEqual([2, ""]);
    expect(stderr).toBe("skill-fleet: This deletes every job. Say --force if that is what you want.\n");
    expect(await countTables()).not.toEqual([{ count: 0 }]);
  });

  test("db reset --force deletes every job and makes the tables anew", async () => {
    const { exitCode, stdout } = await run("db", "reset", "--force");
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^Everything is deleted\. Ran 1 \(/);
    expect(await database.query("select count(*)::int from jobs")).toEqual([{ count: 0 }]);
  });
});

describe("without a database", () => {
  test("in memory mode every db command exits with 2 and says that there is none", async () => {
    await using dir = await createDataDir();
    const options = { folder: dir.path, environment: { SKILL_FLEET_PERSISTENCE: "memory" } };
    const commands = [["init"], ["status"], ["prune", "--days", "1"], ["reset", "--force"]];
    const results = await Promise.all(commands.map((args) => runCommand(["db", ...args, "--json"], options)));
    for (const { exitCode, stdout, stderr } of results) {
      const error = { code: "USAGE", message: "SKILL_FLEET_PERSISTENCE is memory: there is no database." };
      expect([exitCode, stdout, JSON.parse(stderr)]).toEqual([2, "", { error }]);
    }
  });

  test("when nothing listens db commands exit with 69 and say where, but not the password", async () => {
    await using dir = await createDataDir();
    const environment = { DATABASE_URL: "postgres://ada:s3cret@127.0.0.1:1/fleet" };
    const { exitCode, stdout, stderr } = await runCommand(["db", "status"], { folder: dir.path, environment });
    expect([exitCode, stdout]).toEqual([69, ""]);
    expect(stderr).toBe("skill-fleet: Cannot use the database fleet at 127.0.0.1:1: connect ECONNREFUSED 127.0.0.1:1\n");
  });
});
