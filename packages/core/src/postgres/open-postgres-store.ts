import { LocalChangeFeed } from "../changes/local-change-feed.ts";
import { FleetError } from "../errors.ts";
import type { JobMemoryStore } from "../jobs/job-memory-store.ts";
import type { Logger } from "../logger.ts";
import type { Store } from "../store.ts";
import type { Database } from "./database.ts";
import { EmbeddedDatabase } from "./embedded-database.ts";
import { PostgresJobRepository } from "./job-repository.ts";
import { PostgresLeaseRepository } from "./lease-repository.ts";
import { migrate, requireMigrations } from "./migrate.ts";
import { PostgresChangeFeed } from "./postgres-change-feed.ts";
import { PostgresPromptRepository } from "./prompt-repository.ts";
import { ServerDatabase } from "./server-database.ts";
import { PostgresStepRepository } from "./step-repository.ts";
import { type DatabaseTime, databaseTime } from "./time.ts";

/** Which PostgreSQL: a server, or one inside this process that keeps its files in a folder. */
export type DatabaseLocation =
  | { readonly kind: "server"; readonly url: string; readonly maxConnections?: number | undefined }
  | { readonly kind: "embedded"; readonly dataDir: string };

export interface PostgresStoreOptions {
  readonly database: DatabaseLocation;
  readonly memory: JobMemoryStore;
  readonly logger: Logger;
  /** Whether to bring the tables up to date first. Otherwise they must be. */
  readonly migrate: boolean;
  /** The time of every statement; tests only. Default: the database's clock. */
  readonly time?: DatabaseTime;
}

/**
 * Opens the database and everything that stands on it.
 *
 * @throws {FleetError} `STORE_UNAVAILABLE` that says which database and why
 */
export async function openPostgresStore(options: PostgresStoreOptions): Promise<Store> {
  const { memory, logger, time = databaseTime } = options;
  const database = await openDatabase(options.database, logger);
  try {
    await explain<unknown>(options.database, options.migrate ? migrate(database) : requireMigrations(database));
  } catch (error) {
    await database.close();
    throw error;
  }
  const changes =
    options.database.kind === "server"
      ? await PostgresChangeFeed.start({ url: options.database.url, database, logger })
      : new LocalChangeFeed();
  return {
    durability: "database",
    ...postgresRepositories(database, time),
    changes,
    memory,
    check: () => requireMigrations(database),
    close: async () => {
      await changes.close();
      await database.close();
    },
  };
}

/** The repositories of one database. */
export function postgresRepositories(database: Database, time: DatabaseTime) {
  return {
    jobs: new PostgresJobRepository(database, time),
    prompts: new PostgresPromptRepository(database, time),
    leases: new PostgresLeaseRepository(database, time),
    steps: new PostgresStepRepository(database, time),
  };
}

/** @throws {FleetError} `STORE_UNAVAILABLE` when the embedded database cannot be opened */
export async function openDatabase(location: DatabaseLocation, logger: Logger): Promise<Database> {
  if (location.kind === "embedded") return EmbeddedDatabase.open(location.dataDir);
  return new ServerDatabase({ url: location.url, logger, maxConnections: location.maxConnections });
}

/** Adds to an error of the first statement which database it was, without its password. */
export async function explain<Result>(location: DatabaseLocation, work: Promise<Result>): Promise<Result> {
  try {
    return await work;
  } catch (error) {
    if (!FleetError.is(error) || error.cause === undefined) throw error;
    const reason = error.cause instanceof Error ? describe(error.cause) : String(error.cause);
    throw new FleetError("STORE_UNAVAILABLE", `Cannot use the database ${nameOf(location)}: ${reason}`, { cause: error.cause });
  }
}

function nameOf(location: DatabaseLocation): string {
  if (location.kind === "embedded") return `in ${location.dataDir}`;
  const { hostname, port, pathname } = new URL(location.url);
  return `${pathname.slice(1) || "postgres"} at ${hostname || "localhost"}:${port || "5432"}`;
}

/** Node reports a refused connection to a name with several addresses as an error without a message. */
function describe(error: Error): string {
  const code = "code" in error ? String(error.code) : "";
  return error.message || code;
}
