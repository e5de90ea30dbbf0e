import { startContestant } from "./contestant.js";

/** Ours. */
export const ours = "contestants/skill-fleet.js";

/** Those that ours is measured next to, by the name that the report gives them. */
export const peerFiles = {
  "pg-boss": "peers/pg-boss.js",
  "graphile-worker": "peers/graphile-worker.js",
  "BullMQ on PostgreSQL": "peers/bullmq-postgres.js",
};

/**
 * Opens several contestants at once, lets `work` do something with them, in their order, and ends them.
 * What `work` yields is passed on.
 */
export async function* withContestants(files, options, work) {
  const contestants = [];
  try {
    for (const file of files) contestants.push(await startContestant(file, options));
    yield* work(contestants);
  } finally {
    for (const contestant of contestants) await contestant[Symbol.asyncDispose]();
  }
}

/** A side of a round that fills a queue and drains it: as many jobs as it drained in such a time before. */
export function drains(contestant) {
  let perSecond = 2_000;
  return async (ms) => {
    const count = Math.max(100, Math.round((perSecond * ms) / 1_000));
    await contestant.fill(count);
    perSecond = await contestant.drain(count);
    return perSecond;
  };
}
