import { randomUUID } from "node:crypto";
import { defineJob } from "@skill-fleet/client";
import { openFleet } from "@skill-fleet/core";
import { createWorker } from "@skill-fleet/worker";
import { z } from "zod";
import { heldBytes } from "../held-bytes.js";

const jobCount = 10_000;
const pollMs = 50;

const asking = defineJob({
  type: "asking",
  input: z.unknown(),
  result: z.unknown(),
  prompts: { proceed: { response: z.object({ word: z.string() }) } },
});

/** @type {import("../figure.js").Group} */
export const parkedFigures = {
  name: "parked",
  title: "Jobs that wait for a person",
  notes: "What many waiting jobs cost one worker, and what they cost again when it is restarted.",
  measure,
};

async function* measure({ server }) {
  const database = await server.createDatabase();
  const fleet = await openFleet({ persistence: { kind: "server", url: database.url } });
  let stepsRun = 0;
  const hire = () =>
    createWorker({ backend: fleet.leases, concurrency: 100, maxParked: jobCount }).handle(asking, async (job, ctx) => {
      await ctx.step("before", () => {
        stepsRun += 1;
        return job.id;
      });
      await ctx.ask("proceed");
    });
  const count = async (text) => Number((await database.query(`select count(*) as n from ${text}`))[0].n);
  const until = async (text, wanted) => {
    while ((await count(text)) < wanted) await new Promise((resolve) => setTimeout(resolve, pollMs));
  };
  try {
    const first = hire();
    await first.start();
    // An idle connection of the pool has a timer: all of them are there before anything is counted.
    await Promise.all(Array.from({ length: 100 }, () => fleet.jobs.find(randomUUID())));
    const before = heldBytes();
    const timersBefore = await timersHeld();
    for (let made = 0; made < jobCount; made += 1_000) {
      await Promise.all(Array.from({ length: 1_000 }, () => fleet.jobs.create({ type: asking.type })));
    }
    await until("jobs where status = 'pending_hitl'", jobCount);
    yield fact("waiting jobs", jobCount);
    yield { ...fact("memory of a waiting handler and its cached job", Math.round((heldBytes() - before) / jobCount)), unit: "bytes" };
    yield fact("leases that they hold", await count("job_leases"), 0);
    yield fact("places that they hold in the queue", await count("job_queue"), 0);
    yield fact("timers that they hold", Math.max(0, (await timersHeld()) - timersBefore), 0);
    yield fact(
      "connections to PostgreSQL, with the pool and the change feed",
      await count("pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()"),
    );
    await first.stop();
    const ranBefore = stepsRun;
    const second = hire();
    await second.start();
    let answered = 0;
    for (;;) {
      const { prompts } = await fleet.prompts.inbox({ limit: 200 });
      if (prompts.length === 0) break;
      await Promise.all(prompts.map(({ id }) => fleet.prompts.respond(id, { word: "go" })));
      answered += prompts.length;
    }
    await until("jobs where status = 'completed'", jobCount);
    await second.stop();
    yield fact("answers, after a restart of the worker", answered);
    yield fact("finished steps that ran again", stepsRun - ranBefore, 0);
  } finally {
    await fleet.close();
    await database[Symbol.asyncDispose]();
  }
}

/** How many timers stay: of those that a claim or a notice sets for a moment there are none at some moment of a second. */
async function timersHeld() {
  let least = Number.POSITIVE_INFINITY;
  for (let sample = 0; sample < 1_000 / pollMs; sample += 1) {
    await new Promise((resolve) => setTimeout(resolve, pollMs));
    least = Math.min(least, process.getActiveResourcesInfo().filter((name) => name === "Timeout").length);
  }
  return least;
}

function fact(name, ours, target) {
  return { name, ours, unit: "", better: "less", target };
}
