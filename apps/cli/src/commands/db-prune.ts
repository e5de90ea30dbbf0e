import type { JobCounts, PrunableJobs, RetentionMs } from "@skill-fleet/core";
import type { Command } from "commander";
import { readDatabaseConfig } from "../database-config.ts";
import { UsageError } from "../failure.ts";
import { jsonOption, type OutputOptions } from "../options.ts";
import { print } from "../print.ts";

interface PruneOptions extends OutputOptions {
  readonly days?: string;
  readonly dryRun?: boolean;
}

/** `db prune`: what the server does by the clock, at once. */
export function addPrune(db: Command): void {
  db.command("prune")
    .description("Delete jobs that ended long ago, with their prompts, steps and history")
    .option("--days <days>", "how long they are kept: 30, or completed=30,failed=90 (default: SKILL_FLEET_RETENTION_DAYS)")
    .option("--dry-run", "only say how many would go")
    .addOption(jsonOption())
    .action(async ({ days, dryRun, ...options }: PruneOptions) => {
      const { persistence, retention: configured } = await readDatabaseConfig();
      const retention = days === undefined ? configured : await parseDays(days);
      if (retention === undefined) {
        throw new UsageError("Say how long jobs are kept: --days 30, --days completed=30,failed=90, or SKILL_FLEET_RETENTION_DAYS.");
      }
      const { openFleet } = await import("@skill-fleet/core");
      // A whole fleet, because it tells the instances that run which jobs are gone.
      const fleet = await openFleet({ persistence, migrate: false });
      try {
        if (dryRun) {
          const { counts, oldestCompletedAt } = await fleet.jobs.prunable(retention);
          print({ wouldDelete: counts, oldestCompletedAt }, options, () => presentPrunable({ counts, oldestCompletedAt }));
        } else {
          const deleted = await fleet.jobs.prune(retention);
          print({ deleted }, options, () => `Deleted ${presentCounts(deleted)}.`);
        }
      } finally {
        await fleet.close();
      }
    });
}

async function parseDays(text: string): Promise<RetentionMs> {
  const { readRetention, retentionWords } = await import("@skill-fleet/server");
  const retention = readRetention(text);
  if (retention === undefined) throw new UsageError(`--days must be ${retentionWords}; it is ${JSON.stringify(text)}`);
  return retention;
}

function presentPrunable({ counts, oldestCompletedAt }: PrunableJobs): string {
  const oldest = oldestCompletedAt === null ? "" : ` The oldest ended at ${oldestCompletedAt.toISOString()}.`;
  return `Would delete ${presentCounts(counts)}.${oldest}`;
}

function presentCounts(counts: JobCounts): string {
  return Object.entries(counts)
    .map(([status, count]) => `${count} ${status}`)
    .join(", ")
    .concat(" job(s)");
}
