import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { openFleet } from "../fleet.ts";
import { silentLogger } from "../logger.ts";
import { createTestDatabase } from "../testing/shared-postgres.ts";
import { administrate } from "./administration.ts";
import { advisoryLockKey, listMigrations, migrate, migrationStates, requireMigrations } from "./migrate.ts";
import { ServerDatabase } from "./server-database.ts";

async function openEmpty() {
  const created = await createTestDatabase();
  const location = { kind: "server", url: created.url } as const;
  const database = new ServerDatabase({ url: created.url, logger: silentLogger });
  const dispose = async () => {
    await database.close();
    await created[Symbol.asyncDispose]();
  };
  return { database, location, administration: administrate(location, silentLogger), [Symbol.asyncDispose]: dispose };
}

const all = (await listMigrations()).map(({ version, name }) => ({ version, name }));

test("migrations are numbered from 1 without gaps, and named", () => {
  expect(all.map(({ version }) => version)).toEqual(all.map((_, index) => index + 1));
  expect(all.every(({ name }) => /^[a-z_]+$/.test(name))).toBe(true);
});

describe("migrate", () => {
  test("runs each migration once, also when ten instances start at once", async () => {
    await using empty = await openEmpty();
    const instances = Array.from({ length: 10 }, () => new ServerDatabase({ url: empty.location.url, logger: silentLogger }));
    const ran = await Promise.all(instances.map((instance) => migrate(instance)));
    expect(ran.filter((migrations) => migrations.length > 0)).toEqual([all]);
    expect(await empty.database.query({ text: "select version, name from skill_fleet_migrations order by version" }, [])).toEqual(all);
    await Promise.all(instances.map((instance) => instance.close()));
  });

  test("runs nothing the second time", async () => {
    await using empty = await openEmpty();
    expect(await empty.administration.init()).toEqual(all);
    expect(await empty.administration.init()).toEqual([]);
  });

  test("is not waited for by a start that finds every table as it should be", async () => {
    await using empty = await openEmpty();
    await empty.administration.init();
    await empty.database.transaction(async (tx) => {
      await tx.script("lock table skill_fleet_migrations in share row exclusive mode");
      await tx.query({ text: "select pg_advisory_xact_lock($1)" }, [advisoryLockKey]);
      await (await openFleet({ persistence: empty.location })).close();
    });
  });

  test("leaves no trace when a migration fails", async () => {
    await using empty = await openEmpty();
    await empty.database.script("create table prompts (in_the_way integer)");
    await expect(migrate(empty.database)).rejects.toMatchObject({ name: "FleetError" });
    const tables = await empty.database.query({ text: "select tablename from pg_tables where schemaname = 'public'" }, []);
    expect(tables).toEqual([{ tablename: "prompts" }]);
  });

  test("leaves a database alone that a later release has migrated further", async () => {
    await using empty = await openEmpty();
    await empty.administration.init();
    await empty.database.script(
      "insert into skill_fleet_migrations (version, name) values (9999, 'later'); alter table jobs add column later integer",
    );
    expect(await empty.administration.init()).toEqual([]);
    const fleet = await openFleet({ persistence: empty.location });
    const { job } = await fleet.jobs.create({ metadata: { a: 1 } });
    const updated = await fleet.jobs.update(job.id, { status: "running" });
    expect(updated).not.toHaveProperty("later");
    await fleet.check();
    await fleet.close();
  });
});

describe("status", () => {
  test("of an empty database says that every migration waits, and changes nothing", async () => {
    await using empty = await openEmpty();
    expect(await empty.administration.status()).toEqual(all.map((migration) => ({ ...migration, appliedAt: null })));
    expect(await empty.database.query({ text: "select tablename from pg_tables where schemaname = 'public'" }, [])).toEqual([]);
  });

  test("of a migrated database says when each ran", async () => {
    await using empty = await openEmpty();
    await migrate(empty.database);
    for (const { appliedAt } of await migrationStates(empty.database)) expect(appliedAt).toBeInstanceOf(Date);
  });
});

test("a fleet that may not migrate refuses a database that lacks migrations, and names them and the command", async () => {
  await using empty = await openEmpty();
  await expect(openFleet({ persistence: empty.location, migrate: false })).rejects.toMatchObject({
    code: "STORE_UNAVAILABLE",
    message: `The database lacks the migrations ${all.map(({ version, name }) => `${version} (${name})`).join(", ")}. Run: skill-fleet db init`,
  });
  await migrate(empty.database);
  await requireMigrations(empty.database);
  await (await openFleet({ persistence: empty.location, migrate: false })).close();
});

test("reset empties every table and makes them anew", async () => {
  await using empty = await openEmpty();
  const fleet = await openFleet({ persistence: empty.location });
  const { job } = await fleet.jobs.create();
  await fleet.prompts.open(job.id, { type: "confirm" });
  await fleet.close();
  expect(await empty.administration.reset()).toEqual(all);
  for (const table of ["jobs", "job_events", "prompts"]) {
    expect(await empty.database.query({ text: `select count(*)::integer as n from ${table}` }, [])).toEqual([{ n: 0 }]);
  }
});

describe("the release before deadlines and schemas", () => {
  /** What that release writes when it opens a prompt, on a job that waits. */
  const openPrompt = (jobId: string, promptId: string) => `
    insert into jobs (id, type, status, task_description, input, user_context, metadata, tags, progress_percent, attempt, version, created_at, updated_at, started_at)
    values ('${jobId}', 't', 'pending_hitl', '', 'null', '{}', '{}', '{}', 0, 1, 2, now(), now(), now());
    insert into prompts (id, job_id, type, title, body, data, status, created_at)
    values ('${promptId}', '${jobId}', 'confirm', 'Go on?', null, 'null', 'open', now())`;

  test("leaves prompts that can be read, revised and answered after it, and goes on opening them beside it", async () => {
    await using empty = await openEmpty();
    const [first] = await listMigrations();
    await empty.database.script(await readFile(first?.file as URL, "utf8"));
    await empty.database.script(
      "create table skill_fleet_migrations (version integer primary key, name text not null, applied_at timestamptz not null default now());" +
        "insert into skill_fleet_migrations (version, name) values (1, 'jobs_and_prompts')",
    );
    const before = [crypto.randomUUID(), crypto.randomUUID()] as const;
    await empty.database.script(openPrompt(...before));
    const fleet = await openFleet({ persistence: empty.location });
    const beside = [crypto.randomUUID(), crypto.randomUUID()] as const;
    await empty.database.script(openPrompt(...beside));

    for (const [jobId, promptId] of [before, beside]) {
      const prompt = await fleet.prompts.current(jobId);
      expect(prompt).toMatchObject({
        id: promptId,
        key: null,
        round: 1,
        revision: 1,
        responseSchema: null,
        expiresAt: null,
        onExpire: "fail",
      });
      expect(prompt.digest).toMatch(/^[\w-]{43}$/);
      const revised = await fleet.prompts.revise(promptId, { title: "Go on, then?" }, { ifDigest: prompt.digest });
      await fleet.prompts.respond(promptId, { answer: "yes" }, { ifDigest: revised.digest });
      expect(await fleet.prompts.get(promptId)).toMatchObject({ status: "answered", response: { answer: "yes" } });
    }
    await fleet.close();
  });
});
