import { PgBoss } from "pg-boss";
import { DrainClock } from "../contestants/drain-clock.js";
import { Stopwatch } from "../contestants/stopwatch.js";
import { breaths, connections, payload } from "../contestants/workload.js";
import { callFor } from "../rounds.js";

const queue = "noop";
/** Its workers hear of new jobs of this queue; of those of the other, which is created for throughput, nobody is told. */
const heardQueue = "heard";
const batchSize = 100;
/** So many loops fetch and complete; more of them only wait for each other. */
const loops = 4;

/** @type {import("../contestant.js").Open} */
export async function open(url) {
  const boss = new PgBoss({ connectionString: url, max: connections, useListenNotify: true });
  boss.on("error", (error) => console.error(error));
  await boss.start();
  await boss.createQueue(queue);
  await boss.createQueue(heardQueue, { notify: true });

  return {
    create: (callers, ms) => callFor(ms, callers, () => boss.send(queue, payload)),
    async fill(count) {
      for (const breath of breaths(count))
        await boss.insert(
          queue,
          Array.from({ length: breath }, () => ({ data: payload })),
        );
    },
    async drain(count) {
      const clock = new DrainClock(count);
      const loop = async () => {
        for (;;) {
          const jobs = await boss.fetch(queue, { batchSize });
          if (jobs.length === 0) return;
          clock.began();
          await boss.complete(
            queue,
            jobs.map(({ id }) => id),
          );
          clock.count(jobs.length);
        }
      };
      const looping = Promise.all(Array.from({ length: loops }, loop));
      // The loops find the queue empty once more after that; only their errors matter before.
      await Promise.race([clock.done, looping]);
      const perSecond = clock.perSecond();
      await looping;
      return perSecond;
    },
    async latency(count) {
      const stopwatch = new Stopwatch();
      await boss.work(heardQueue, async () => stopwatch.stop());
      const samples = await stopwatch.timeEach(count, () => boss.send(heardQueue, payload));
      await boss.offWork(heardQueue);
      return samples;
    },
  };
}
