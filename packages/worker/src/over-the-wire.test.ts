import { createTestDatabase } from "@skill-fleet/core/testing";
import { afterAll, beforeAll } from "vitest";
import { openStage } from "./testing/stage.ts";
import { describeWorker } from "./testing/worker-conformance.ts";

let database: Awaited<ReturnType<typeof createTestDatabase>>;

beforeAll(async () => {
  database = await createTestDatabase();
});

afterAll(() => database[Symbol.asyncDispose]());

describeWorker("through a server with a fleet in memory", () => openStage({ door: "wire" }));
describeWorker("through a server with a fleet on PostgreSQL", () =>
  openStage({ door: "wire", persistence: { kind: "server", url: database.url } }),
);
