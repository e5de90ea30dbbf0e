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
    expect(person.stdout).toMatch(/^1 {2}\w+ {2,}has not run$/m);
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
    expect(status.stdout).toMatch(/^1 {2}\w+ {2,}\d{4}-\d\d-\d\dT\S+Z$/m);
  });

  test("serve --skip-db-init starts once the migrations have run", async () => {
    await using server = await ServerProcess.start({ ...place(), args: ["--skip-db-init"] });
    expect((await server.request("POST", "/api/v2/jobs")).status).toBe(201);
  });

  test("db reset without --force exits with 2 and deletes nothing", async () => {
    const { exitCode, stdout, stderr } = await run("db", "reset");
    expect([exitCode, stdout]).toEqual([2, ""]);
    expect(stderr).toBe("skill-fleet: This deletes every job. Say --force if that is what you want.\n");
    expect(await database.query("select count(*)::int from jobs")).toEqual([{ count: 1 }]);
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
    const commands = [["init"], ["status"], ["reset", "--force"]];
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
