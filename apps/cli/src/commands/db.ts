import type { DatabaseAdministration, Migration, MigrationState } from "@skill-fleet/core";
import type { Command } from "commander";
import { readDatabaseConfig } from "../database-config.ts";
import { exitCodes } from "../exit-codes.ts";
import { UsageError } from "../failure.ts";
import { jsonOption, type OutputOptions } from "../options.ts";
import { print } from "../print.ts";
import { alignColumns } from "../terminal-text.ts";
import { addPrune } from "./db-prune.ts";

export function addDb(program: Command): void {
  const db = program
    .command("db")
    .description("Look after the database that the environment names (DATABASE_URL, or SKILL_FLEET_DATA_DIR)");

  db.command("init")
    .description("Run the migrations that have not run yet")
    .addOption(jsonOption())
    .action(async (options: OutputOptions) => {
      const applied = await (await database()).init();
      print({ applied }, options, () => presentApplied(applied));
    });

  db.command("status")
    .description("List the migrations; exits with 1 when one has not run")
    .addOption(jsonOption())
    .action(async (options: OutputOptions) => {
      const migrations = await (await database()).status();
      print({ migrations }, options, () => presentStates(migrations));
      if (migrations.some(({ appliedAt }) => appliedAt === null)) process.exitCode = exitCodes.refused;
    });

  addPrune(db);

  db.command("reset")
    .description("Delete every job, prompt and event, and make the tables anew")
    .option("--force", "do it; without this nothing happens")
    .addOption(jsonOption())
    .action(async ({ force, ...options }: OutputOptions & { force?: boolean }) => {
      if (!force) throw new UsageError("This deletes every job. Say --force if that is what you want.");
      const applied = await (await database()).reset();
      print({ applied }, options, () => `Everything is deleted. ${presentApplied(applied)}`);
    });
}

async function database(): Promise<DatabaseAdministration> {
  const [{ administrate, silentLogger }, { persistence }] = await Promise.all([import("@skill-fleet/core"), readDatabaseConfig()]);
  return administrate(persistence, silentLogger);
}

function presentApplied(migrations: readonly Migration[]): string {
  if (migrations.length === 0) return "Every migration has run already.";
  return `Ran ${migrations.map(({ version, name }) => `${version} (${name})`).join(", ")}.`;
}

function presentStates(migrations: readonly MigrationState[]): string {
  return alignColumns(migrations.map(({ version, name, appliedAt }) => [String(version), name, appliedAt?.toISOString() ?? "has not run"]));
}
