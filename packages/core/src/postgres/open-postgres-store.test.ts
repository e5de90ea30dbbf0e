import { afterAll, beforeAll } from "vitest";
import { JobMemoryStore } from "../jobs/job-memory-store.ts";
import { silentLogger } from "../logger.ts";
import type { ManualClock } from "../testing/manual-clock.ts";
import { createTestDatabase } from "../testing/shared-postgres.ts";
import { describeStore } from "../testing/store-conformance.ts";
import { createDataDir, type TestDatabase, type TestDataDir } from "../testing/test-databases.ts";
import { type DatabaseLocation, openPostgresStore } from "./open-postgres-store.ts";

let database: TestDatabase;
let dataDir: TestDataDir;

beforeAll(async () => {
  [database, dataDir] = await Promise.all([createTestDatabase(), createDataDir()]);
});

afterAll(async () => {
  await Promise.all([database[Symbol.asyncDispose](), dataDir[Symbol.asyncDispose]()]);
});

const open = (location: DatabaseLocation, clock: ManualClock) =>
  openPostgresStore({
    database: location,
    memory: new JobMemoryStore({ clock }),
    logger: silentLogger,
    migrate: true,
    time: () => clock.nowText(),
  });

describeStore("a PostgreSQL server", (clock) => open({ kind: "server", url: database.url }, clock));
describeStore("an embedded database", (clock) => open({ kind: "embedded", dataDir: dataDir.path }, clock));
