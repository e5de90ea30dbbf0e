import { Queue, Worker } from "bullmq";
import { DrainClock } from "../contestants/drain-clock.js";
import { Stopwatch } from "../contestants/stopwatch.js";
import { breaths, payload, slots } from "../contestants/workload.js";
import { callFor } from "../rounds.js";

const name = "noop";

/** BullMQ on whatever keeps its jobs: `connection` is where, `backend` how. @returns {import("../contestant.js").Contestant} */
export function openBullMQ(connection, backend) {
  const queue = new Queue(name, { connection }, backend);
  const start = async (handler, options) => {
    const worker = new Worker(name, handler, { connection, ...options }, backend);
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
      const worker = await start(async () => clock.began(), { concurrency: slots });
      worker.on("completed", () => clock.count());
      await clock.done;
      const perSecond = clock.perSecond();
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
    close: () => queue.close(),
  };
}
