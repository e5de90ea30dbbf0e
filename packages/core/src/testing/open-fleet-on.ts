import { LocalChangeFeed } from "../changes/local-change-feed.ts";
import { assembleFleet, type Fleet } from "../fleet.ts";
import { JobMemoryStore } from "../jobs/job-memory-store.ts";
import { silentLogger } from "../logger.ts";
import type { Database } from "../postgres/database.ts";
import { migrate } from "../postgres/migrate.ts";
import { postgresRepositories } from "../postgres/open-postgres-store.ts";
import type { ManualClock } from "./manual-clock.ts";

/** Opens a fleet on a database that is open already, such as one whose wire breaks. Its time is the clock's; it closes the database. */
export async function openFleetOn(database: Database, clock: ManualClock): Promise<Fleet> {
  await migrate(database);
  const time = () => clock.nowText();
  const changes = new LocalChangeFeed();
  const store = {
    durability: "database",
    ...postgresRepositories(database, time, changes),
    changes,
    memory: new JobMemoryStore({ clock }),
    check: async () => {},
    close: () => database.close(),
  } as const;
  return assembleFleet({ store, logger: silentLogger, trustMs: 0 });
}
