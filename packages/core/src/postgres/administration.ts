import type { Logger } from "../logger.ts";
import type { Database } from "./database.ts";
import { type Migration, type MigrationState, migrate, migrationStates, resetDatabase } from "./migrate.ts";
import { type DatabaseLocation, directly, explain, openDatabase } from "./open-postgres-store.ts";

/** What an operator does to a database outside of a running fleet. Each opens it, acts, and closes it. */
export interface DatabaseAdministration {
  /** Runs the migrations that have not run, and returns which. */
  init(): Promise<Migration[]>;
  /** Every migration of this release and when it ran. Changes nothing. */
  status(): Promise<MigrationState[]>;
  /** Deletes all jobs, prompts and events, and makes the tables anew. */
  reset(): Promise<Migration[]>;
}

/** Every method throws {@link FleetError} `STORE_UNAVAILABLE` that says which database and why. */
export function administrate(location: DatabaseLocation, logger: Logger): DatabaseAdministration {
  const direct = directly(location);
  const act = async <Result>(work: (database: Database) => Promise<Result>): Promise<Result> => {
    const database = await openDatabase(direct, logger);
    try {
      return await explain(direct, work(database));
    } finally {
      await database.close();
    }
  };
  return { init: () => act(migrate), status: () => act(migrationStates), reset: () => act(resetDatabase) };
}
