import { createPostgresBackend, Queue, runMigrations, Worker } from "bullmq";
import pg from "pg";
import { DrainClock } from "../contestants/drain-clock.js";
import { Passage } from "../contestants/passage.js";
import { Stopwatch } from "../contestants/stopwatch.js";
import { breaths, connections, payload } from "../contestants/workload.js";
import { callFor } from "../rounds.js";

const name = "noop";
/** More make it no faster. */
const handlers = 200;

/** @type {import("../contestant.js").Open} */
export async function open(url) {
  await migrate(url);
  const connection = { connectionString: url, max: connections };
  const queue = new Queue(name, { connection }, createPostgresBackend);
  const start = async (handler, options) => {
    const worker = new Worker(name, handler, { connection, ...options }, createPostgresBackend);
    worker.on("error", (error) => console.error(error));
    await worker.waitUntilReady();
    return worker;
  };

  return {
    create: (callers, ms) => callFor(ms, callers, () => queue.add(name, payload)),
    async fill(count) {
      for (const breath of breaths(count)) await queue.addBulk(Array.from({ length: breath }, () => ({ name, data: payload })));
    },
    async drain(count) {
      const clock = new DrainClock(count);
      const worker = await start(async () => clock.began(), { concurrency: handlers });
      worker.on("completed", () => clock.count());
      await clock.done;
      const perSecond = clock.perSecond();
      await worker.close();
      return perSecond;
    },
    async pass(callers, ms) {
      const passage = new Passage();
      const worker = await start(async () => {}, { concurrency: handlers });
      worker.on("completed", () => passage.count());
      await passage.create(callers, ms, () => queue.add(name, payload));
      const perSecond = passage.perSecond();
      await worker.close();
      return perSecond;
    },
    async latency(count) {
      const stopwatch = new Stopwatch();
      const worker = await start(async () => stopwatch.stop());
      const samples = await stopwatch.timeEach(count, () => queue.add(name, payload));
      await worker.close();
      return samples;
    },
  };
}

async function migrate(url) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await runMigrations(client);
  await client.end();
}
