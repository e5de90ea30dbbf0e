import { Logger, makeWorkerUtils, run, runMigrations } from "graphile-worker";
import { DrainClock } from "../contestants/drain-clock.js";
import { Passage } from "../contestants/passage.js";
import { Stopwatch } from "../contestants/stopwatch.js";
import { breaths, connections, jobsInHands, payload } from "../contestants/workload.js";
import { callFor } from "../rounds.js";

const task = "noop";
const quiet = new Logger(() => () => {});
/** With as many as it fetches it is slower, every other time by half. */
const handlers = 200;
/** What its page about performance measures with. */
const batching = { localQueue: { size: jobsInHands }, completeJobBatchDelay: 0, failJobBatchDelay: 0 };

/** @type {import("../contestant.js").Open} */
export async function open(url) {
  const shared = { connectionString: url, logger: quiet, maxPoolSize: connections };
  await runMigrations(shared);
  const utils = await makeWorkerUtils(shared);
  const start = (handler, worker) =>
    run({
      logger: quiet,
      noHandleSignals: true,
      parsedCronItems: [],
      taskList: { [task]: handler },
      preset: { worker: { connectionString: url, maxPoolSize: connections, ...worker } },
    });

  return {
    create: (callers, ms) => callFor(ms, callers, () => utils.addJob(task, payload)),
    async fill(count) {
      for (const breath of breaths(count)) await utils.addJobs(Array.from({ length: breath }, () => ({ identifier: task, payload })));
    },
    async drain(count) {
      const clock = new DrainClock(count);
      const handler = async () => {
        clock.began();
        clock.count();
      };
      const runner = await start(handler, { concurrentJobs: handlers, ...batching });
      await clock.done;
      // What it has not yet told the database it tells when it stops.
      await runner.stop();
      return clock.perSecond();
    },
    async pass(callers, ms) {
      const passage = new Passage();
      const runner = await start(async () => passage.count(), { concurrentJobs: handlers, ...batching });
      await passage.create(callers, ms, () => utils.addJob(task, payload));
      await runner.stop();
      return passage.perSecond();
    },
    async latency(count) {
      const stopwatch = new Stopwatch();
      const runner = await start(async () => stopwatch.stop(), {});
      const samples = await stopwatch.timeEach(count, () => utils.addJob(task, payload));
      await runner.stop();
      return samples;
    },
  };
}
