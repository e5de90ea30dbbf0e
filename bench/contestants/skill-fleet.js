import { defineJob } from "@skill-fleet/client";
import { openFleet } from "@skill-fleet/core";
import { createWorker } from "@skill-fleet/worker";
import { z } from "zod";
import { callFor } from "../rounds.js";
import { DrainClock } from "./drain-clock.js";
import { Passage } from "./passage.js";
import { Stopwatch } from "./stopwatch.js";
import { breaths, jobsInHands, payload } from "./workload.js";

const noop = defineJob({ type: "noop", input: z.unknown(), result: z.unknown() });
const asking = defineJob({
  type: "asking",
  input: z.unknown(),
  result: z.unknown(),
  prompts: { proceed: { response: z.object({ word: z.string() }) } },
});
const newJob = { type: noop.type, taskDescription: "Nothing", input: payload };

/** Ours, through its public API. @type {import("../contestant.js").Open} */
export async function open(url) {
  const openInstance = () => openFleet({ persistence: { kind: "server", url } });
  const fleet = await openInstance();
  // It shares nothing with the first but the database.
  let other;
  const hire = async (definition, handler, concurrency) => {
    const worker = createWorker({ backend: fleet.leases, concurrency }).handle(definition, handler);
    await worker.start();
    return worker;
  };

  /** Times from the creation by one of the instances until the handler in the first begins. */
  async function timeStarts(count, creator) {
    const stopwatch = new Stopwatch();
    const worker = await hire(noop, async () => stopwatch.stop());
    const samples = await stopwatch.timeEach(count, () => creator.jobs.create(newJob));
    await worker.stop();
    return samples;
  }

  return {
    create: (callers, ms) => callFor(ms, callers, () => fleet.jobs.create(newJob)),
    async fill(count) {
      for (const breath of breaths(count)) await Promise.all(Array.from({ length: breath }, () => fleet.jobs.create(newJob)));
    },
    async drain(count) {
      const clock = new DrainClock(count);
      const handler = async () => {
        clock.began();
        clock.count();
      };
      const worker = await hire(noop, handler, jobsInHands);
      await clock.done;
      // The handlers have been called, their jobs are complete when the worker has stopped.
      await worker.stop();
      return clock.perSecond();
    },
    async pass(callers, ms) {
      const passage = new Passage();
      const worker = await hire(noop, async () => passage.count(), jobsInHands);
      await passage.create(callers, ms, () => fleet.jobs.create(newJob));
      await worker.stop();
      return passage.perSecond();
    },
    latency: (count) => timeStarts(count, fleet),
    async latencyFromOther(count) {
      other ??= await openInstance();
      return timeStarts(count, other);
    },
    async latencyOfAnswers(count) {
      other ??= await openInstance();
      const stopwatch = new Stopwatch();
      const handler = async (_, ctx) => {
        await ctx.ask("proceed");
        stopwatch.stop();
      };
      const worker = await hire(asking, handler);
      const park = async () => {
        const { job } = await other.jobs.create({ type: asking.type });
        let seen = job;
        while (seen.status !== "pending_hitl") seen = await other.jobs.waitForChange(job.id, { afterVersion: seen.version });
        return job.id;
      };
      const samples = await stopwatch.timeEach(count, (id) => other.prompts.respondToJob(id, { word: "go" }), park);
      await worker.stop();
      return samples;
    },
  };
}
