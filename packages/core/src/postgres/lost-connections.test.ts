import { afterAll, beforeAll, expect, test } from "vitest";
import { FleetError } from "../errors.ts";
import { type Fleet, openFleet } from "../fleet.ts";
import { createTestDatabase } from "../testing/shared-postgres.ts";
import type { TestDatabase } from "../testing/test-databases.ts";

let database: TestDatabase;
let fleet: Fleet;

beforeAll(async () => {
  database = await createTestDatabase();
  fleet = await openFleet({ persistence: { kind: "server", url: database.url } });
});

afterAll(async () => {
  await fleet.close();
  await database[Symbol.asyncDispose]();
});

/** Repeats until it is not refused for want of a database, as every caller is told to do. */
async function persist<Result>(attempt: () => Promise<Result>): Promise<Result> {
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (!FleetError.is(error) || error.code !== "STORE_UNAVAILABLE") throw error;
    }
  }
}

test("while every connection is killed again and again, each request that is repeated until acknowledged happens exactly once", async () => {
  const writers = 24;
  const jobsPerWriter = 25;
  let running = writers;
  let killed = 0;
  let onAcknowledged = () => {};
  // Not before something got through since the last time: on a slow machine nothing ever would.
  const kill = async () => {
    while (running > 0) {
      killed += await database.killConnections();
      if (running > 0) {
        await new Promise<void>((resolve) => {
          onAcknowledged = resolve;
        });
      }
    }
  };
  const write = async () => {
    const ids: string[] = [];
    for (let n = 0; n < jobsPerWriter; n += 1) {
      const id = crypto.randomUUID();
      await persist(() => fleet.jobs.create({ id, type: "load" }));
      onAcknowledged();
      // The guard makes the repetition of an update that happened unheard a refusal.
      await persist(() => fleet.jobs.update(id, { status: "running" }, { ifVersion: 1 })).catch((error) =>
        expect(error).toMatchObject({ code: "VERSION_MISMATCH", details: { version: 2 } }),
      );
      ids.push(id);
      onAcknowledged();
    }
    running -= 1;
    onAcknowledged();
    return ids;
  };
  const [, ...written] = await Promise.all([kill(), ...Array.from({ length: writers }, write)]);
  expect(killed).toBeGreaterThan(0);
  const ids = written.flat();
  const histories = await persist(() => Promise.all(ids.map((id) => fleet.jobs.events(id))));
  expect(histories.filter((events) => events.map(({ kind }) => kind).join() !== "created,started")).toEqual([]);
  expect(await persist(() => fleet.jobs.stats())).toMatchObject({ total: ids.length, byStatus: { running: ids.length } });
});
