import { setTimeout as delay } from "node:timers/promises";
import { PgBoss } from "pg-boss";
import { DrainClock } from "../contestants/drain-clock.js";
import { Passage } from "../contestants/passage.js";
import { Stopwatch } from "../contestants/stopwatch.js";
import { breaths, connections, payload } from "../contestants/workload.js";
import { callFor } from "../rounds.js";

const queue = "noop";
/** Its workers hear of new jobs of this queue; of those of the other, which is created for throughput, nobody is told. */
const heardQueue = "heard";
const batchSize = 100;
/** So many loops fetch and complete; more of them only wait for each other. */
const loops = 4;
/** How long a loop that found nothing waits for more: its own workers poll twice a second, at most. */
const restMs = 5;

/** @type {import("../contestant.js").Open} */
export async function open(url) {
  const boss = new PgBoss({ connectionString: url, max: connections, useListenNotify: true });
  boss.on("error", (error) => console.error(error));
  await boss.start();
  await boss.createQueue(queue);
  await boss.createQueue(heardQueue, { notify: true });

  /** Fetches and completes jobs, in several loops, until there are none and `onEmpty` does not say that more will come. */
  const runJobs = ({ onFetch = () => {}, onComplete, onEmpty = () => false }) => {
    const loop = async () => {
      for (;;) {
        const jobs = await boss.fetch(queue, { batchSize });
        if (jobs.length === 0 && !(await onEmpty())) return;
        if (jobs.length === 0) continue;
        onFetch();
        await boss.complete(
          queue,
          jobs.map(({ id }) => id),
        );
        onComplete(jobs.length);
      }
    };
    return Promise.all(Array.from({ length: loops }, loop));
  };

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
      const looping = runJobs({ onFetch: () => clock.began(), onComplete: (jobs) => clock.count(jobs) });
      // The loops find the queue empty once more after that; only their errors matter before.
      await Promise.race([clock.done, looping]);
      const perSecond = clock.perSecond();
      await looping;
      return perSecond;
    },
    async pass(callers, ms) {
      const passage = new Passage();
      let isOver = false;
      const looping = runJobs({
        onComplete: (jobs) => passage.count(jobs),
        onEmpty: async () => {
          await delay(restMs);
          return !isOver;
        },
      });
      await passage.create(callers, ms, () => boss.send(queue, payload));
      const perSecond = passage.perSecond();
      isOver = true;
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
