export { buildChange, buildCompletedJob, buildInsert, buildJob, buildPrompt, buildRunningJob } from "./build-job.ts";
export { ManualClock } from "./manual-clock.ts";
export type { PostgresServer } from "./postgres-server.ts";
export { startPostgresServer } from "./postgres-server.ts";
export { RecordingLogger } from "./recording-logger.ts";
export { createTestDatabase } from "./shared-postgres.ts";
export { describeStore } from "./store-conformance.ts";
export type { TestDatabase, TestDataDir } from "./test-databases.ts";
export { createDataDir } from "./test-databases.ts";
