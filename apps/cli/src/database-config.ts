import type { DatabaseLocation } from "@skill-fleet/core";
import type { Config } from "@skill-fleet/server";
import { UsageError } from "./failure.ts";

/** The configuration, of which a command needs a database. @throws {UsageError} in memory mode */
export async function readDatabaseConfig(): Promise<Config & { readonly persistence: DatabaseLocation }> {
  // Loaded here: only these commands and the server need a database.
  const { readConfig } = await import("@skill-fleet/server");
  const config = readConfig();
  const { persistence } = config;
  if (persistence.kind === "memory") throw new UsageError("SKILL_FLEET_PERSISTENCE is memory: there is no database.");
  return { ...config, persistence };
}
