import { describe, expect, test } from "vitest";
import { openFleet, type Persistence } from "./fleet.ts";
import { JobWriterProcess } from "./testing/job-writer-process.ts";
import { createTestDatabase } from "./testing/shared-postgres.ts";
import { createDataDir } from "./testing/test-databases.ts";

/** Kills a process that creates jobs under load, and returns the acknowledged ids and what is there afterwards. */
async function killWriterAndReopen(persistence: Persistence, acknowledgements: number) {
  await using writer = new JobWriterProcess(persistence);
  await writer.untilAcknowledged(acknowledgements);
  await writer.kill();
  const fleet = await openFleet({ persistence });
  try {
    const jobs = await Promise.all(writer.acknowledged.map((id) => fleet.jobs.find(id)));
    const histories = await Promise.all(writer.acknowledged.map((id) => fleet.jobs.events(id).catch(() => [])));
    return { acknowledged: writer.acknowledged, jobs, histories, stats: await fleet.jobs.stats() };
  } finally {
    await fleet.close();
  }
}

describe("after kill -9 under load every acknowledged write is there, whole", () => {
  const engines = {
    "in an embedded database": async () => {
      const dir = await createDataDir();
      return { persistence: { kind: "embedded", dataDir: dir.path }, dispose: () => dir[Symbol.asyncDispose]() } as const;
    },
    "on a PostgreSQL server": async () => {
      const database = await createTestDatabase();
      return { persistence: { kind: "server", url: database.url }, dispose: () => database[Symbol.asyncDispose]() } as const;
    },
  };

  test.each(Object.entries(engines))("%s", async (_name, create) => {
    const { persistence, dispose } = await create();
    try {
      for (const acknowledgements of [1, 300]) {
        const { acknowledged, jobs, histories, stats } = await killWriterAndReopen(persistence, acknowledgements);
        expect(acknowledged.length).toBeGreaterThanOrEqual(acknowledgements);
        expect(jobs.filter((job) => job?.status !== "running")).toEqual([]);
        expect(histories.filter((events) => events.map(({ kind }) => kind).join() !== "created,started")).toEqual([]);
        expect(stats.total).toBeGreaterThanOrEqual(acknowledged.length);
      }
    } finally {
      await dispose();
    }
  });
});
