import type { ChangeFeed } from "../changes/change-feed.ts";
import { LocalChangeFeed } from "../changes/local-change-feed.ts";
import { FleetError, reasonOf } from "../errors.ts";
import type { JobMemoryStore } from "../jobs/job-memory-store.ts";
import type { Logger } from "../logger.ts";
import type { Store } from "../store.ts";
import type { Database } from "./database.ts";
import type { EmbeddedDatabase } from "./embedded-database.ts";
import { migrate, migrationStates, requireMigrations } from "./migrate.ts";
import { PostgresJobRepository } from "./postgres-job-repository.ts";
import { PostgresLeaseRepository } from "./postgres-lease-repository.ts";
import { PostgresPromptRepository } from "./postgres-prompt-repository.ts";
import { PostgresStepRepository } from "./postgres-step-repository.ts";
import type { PreparedStatementsMode } from "./prepared-statements.ts";
import type { ServerDatabase } from "./server-database.ts";
import { type DatabaseTime, databaseTime } from "./time.ts";

/** A PostgreSQL server, perhaps with a pooler before it. */
interface ServerLocation {
  readonly kind: "server";
  readonly url: string;
  /** The same database past any pooler, for migrations and for hearing of changes. Default: `url`. */
  readonly directUrl?: string | undefined;
  /** Default: 10. */
  readonly maxConnections?: number | undefined;
  /** Default: `auto`, which is `off` with a `directUrl`: whoever names one has a pooler. */
  readonly preparedStatements?: PreparedStatementsMode | undefined;
}

/** Which PostgreSQL: a server, or one inside this process that keeps its files in a folder. */
export type DatabaseLocation = ServerLocation | { readonly kind: "embedded"; readonly dataDir: string };

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
    await prepareTables(options.database, database, options);
  } catch (error) {
    await database.close();
    throw error;
  }
  const changes = await openChangeFeed(options.database, database, logger);
  return {
    durability: "database",
    ...postgresRepositories(database, time, changes),
    changes,
    memory,
    check: () => requireMigrations(database),
    close: async () => {
      await changes.close();
      await database.close();
    },
  };
}

/** Returns when the tables are those that this release needs. Most starts find them so, and wait for nobody's lock. */
async function prepareTables(location: DatabaseLocation, database: Database, options: PostgresStoreOptions): Promise<void> {
  const states = await explain(location, migrationStates(database));
  if (states.every(({ appliedAt }) => appliedAt !== null)) return;
  if (options.migrate) await atDirectDoor(location, database, options.logger, migrate);
  await explain(location, requireMigrations(database));
}

/** The repositories of one database. */
export function postgresRepositories(database: Database, time: DatabaseTime, changes: ChangeFeed) {
  return {
    jobs: new PostgresJobRepository(database, time),
    prompts: new PostgresPromptRepository(database, time),
    leases: new PostgresLeaseRepository(database, time, changes),
    steps: new PostgresStepRepository(database, time),
  };
}

/**
 * Loads the one engine that is asked for: the other would only cost time and memory.
 *
 * @throws {FleetError} `STORE_UNAVAILABLE` when the embedded database cannot be opened
 */
export async function openDatabase(location: DatabaseLocation, logger: Logger): Promise<EmbeddedDatabase | ServerDatabase> {
  if (location.kind === "embedded") return (await import("./embedded-database.ts")).EmbeddedDatabase.open(location.dataDir);
  const { ServerDatabase } = await import("./server-database.ts");
  const { url, directUrl, maxConnections, preparedStatements = "auto" } = location;
  const database = new ServerDatabase({ url, logger, maxConnections, preparedStatements });
  if (directUrl !== undefined) database.suspectPooler();
  return database;
}

/** Runs work on the database past any pooler: through a connection of its own, if there is another way. */
async function atDirectDoor(
  location: DatabaseLocation,
  open: Database,
  logger: Logger,
  work: (database: Database) => Promise<unknown>,
): Promise<void> {
  if (location.kind === "embedded" || location.directUrl === undefined) return void (await explain(location, work(open)));
  const direct = directly(location);
  const database = await openDatabase(direct, logger);
  try {
    await explain(direct, work(database));
  } finally {
    await database.close();
  }
}

/** The same database past any pooler. */
export function directly(location: DatabaseLocation): DatabaseLocation {
  if (location.kind === "embedded" || location.directUrl === undefined) return location;
  return { kind: "server", url: location.directUrl, maxConnections: 1 };
}

async function openChangeFeed(
  location: DatabaseLocation,
  database: EmbeddedDatabase | ServerDatabase,
  logger: Logger,
): Promise<ChangeFeed> {
  if (location.kind === "embedded" || !("suspectPooler" in database)) return new LocalChangeFeed();
  const { PostgresChangeFeed } = await import("./postgres-change-feed.ts");
  return PostgresChangeFeed.start({
    url: location.directUrl ?? location.url,
    hasOwnUrl: location.directUrl !== undefined,
    database,
    logger,
    onDeaf: () => database.suspectPooler(),
  });
}

/** Adds to an error of the first statement which database it was, without its password. */
export async function explain<Result>(location: DatabaseLocation, work: Promise<Result>): Promise<Result> {
  try {
    return await work;
  } catch (error) {
    if (!FleetError.is(error) || error.cause === undefined) throw error;
    const reason = error.cause instanceof Error ? reasonOf(error.cause) : String(error.cause);
    throw new FleetError("STORE_UNAVAILABLE", `Cannot use the database ${nameOf(location)}: ${reason}`, { cause: error.cause });
  }
}

function nameOf(location: DatabaseLocation): string {
  if (location.kind === "embedded") return `in ${location.dataDir}`;
  const { hostname, port, pathname } = new URL(location.url);
  return `${pathname.slice(1) || "postgres"} at ${hostname || "localhost"}:${port || "5432"}`;
}
