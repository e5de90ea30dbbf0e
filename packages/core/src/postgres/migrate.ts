import { readdir, readFile } from "node:fs/promises";
import { FleetError } from "../errors.ts";
import type { Database, Queryable } from "./database.ts";

/** Where the SQL files stand, next to `src` and `dist` alike. */
const folder = new URL("../../migrations/", import.meta.url);

/** Any number, the same in every release: one migration run at a time in a database. */
export const advisoryLockKey = 7_465_102_026;

export interface Migration {
  readonly version: number;
  readonly name: string;
}

export interface MigrationState extends Migration {
  /** Null while it waits to run. */
  readonly appliedAt: Date | null;
}

/** The migrations of this release, in order. A file is named `<version>_<name>.sql`. */
export async function listMigrations(): Promise<(Migration & { file: URL })[]> {
  const files = (await readdir(folder)).filter((file) => file.endsWith(".sql")).sort();
  return files.map((file) => ({
    version: Number.parseInt(file, 10),
    name: file.slice(file.indexOf("_") + 1, -".sql".length),
    file: new URL(file, folder),
  }));
}

/**
 * Runs what has not run yet, all of it or nothing, and returns what that was.
 *
 * Instances that start together wait for each other here. A database that a later release has
 * migrated further is left as it is: migrations only ever add.
 */
export async function migrate(database: Database): Promise<Migration[]> {
  return database.transaction(async (tx) => {
    await tx.query({ text: "select pg_advisory_xact_lock($1)" }, [advisoryLockKey]);
    await tx.script(`
      create table if not exists skill_fleet_migrations (
        version     integer primary key,
        name        text not null,
        applied_at  timestamptz(3) not null default now()
      )`);
    const applied = new Set((await appliedRows(tx)).map(({ version }) => version));
    const missing = (await listMigrations()).filter(({ version }) => !applied.has(version));
    for (const { version, name, file } of missing) {
      await tx.script(await readFile(file, "utf8"));
      await tx.query({ text: "insert into skill_fleet_migrations (version, name) values ($1, $2)" }, [version, name]);
    }
    return missing.map(({ version, name }) => ({ version, name }));
  });
}

/** Every migration of this release, and when it ran. Changes nothing. */
export async function migrationStates(database: Database): Promise<MigrationState[]> {
  const [exists] = await database.query<{ found: boolean }>(
    { text: "select to_regclass('skill_fleet_migrations') is not null as found" },
    [],
  );
  const rows = exists?.found ? await appliedRows(database) : [];
  const appliedAtOf = new Map(rows.map((row) => [row.version, row.applied_at]));
  return (await listMigrations()).map(({ version, name }) => ({ version, name, appliedAt: appliedAtOf.get(version) ?? null }));
}

/** @throws {FleetError} `STORE_UNAVAILABLE` when a migration of this release has not run */
export async function requireMigrations(database: Database): Promise<void> {
  const missing = (await migrationStates(database)).filter(({ appliedAt }) => appliedAt === null);
  if (missing.length === 0) return;
  const names = missing.map(({ version, name }) => `${version} (${name})`).join(", ");
  throw new FleetError("STORE_UNAVAILABLE", `The database lacks the migrations ${names}. Run: skill-fleet db init`);
}

/** Every table of the fleet, in an order in which they can be dropped. */
export const tableNames = ["job_steps", "prompts", "job_events", "job_queue", "job_leases", "job_tags", "workers", "jobs"] as const;

/** Drops every table of the fleet with all that is in it, and makes them anew. */
export async function resetDatabase(database: Database): Promise<Migration[]> {
  await database.transaction(async (tx) => {
    await tx.query({ text: "select pg_advisory_xact_lock($1)" }, [advisoryLockKey]);
    await tx.script(`drop table if exists ${[...tableNames, "skill_fleet_migrations"].join(", ")}`);
  });
  return migrate(database);
}

async function appliedRows(on: Queryable): Promise<{ version: number; applied_at: Date }[]> {
  return on.query({ text: "select version, applied_at from skill_fleet_migrations" }, []);
}
