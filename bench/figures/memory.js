import { JobMemoryStore } from "@skill-fleet/core";
import { runRounds } from "../rounds.js";

const jobCount = 100_000;
const batch = 10_000;

/** Calls `work` with the numbers from 0 for `roundMs`; returns calls a second. */
function spinFor(roundMs, work) {
  const start = performance.now();
  let calls = 0;
  while (performance.now() - start < roundMs) {
    for (let index = 0; index < batch; index += 1) work(index);
    calls += batch;
  }
  return (calls * 1_000) / (performance.now() - start);
}

/** @type {import("../figure.js").Group} */
export const memoryFigures = {
  name: "memory",
  title: "The memory store",
  notes: "`JobMemoryStore` next to a `Map` that knows nothing of time.",
  measure,
};

async function* measure({ lengths }) {
  const ids = Array.from({ length: jobCount }, (_, index) => `job-${index}`);
  const map = new Map(ids.map((id) => [id, { id }]));
  const store = new JobMemoryStore({ clock: { nowMs: () => Date.now() } });
  for (const id of ids) store.set({ id });
  let found = 0;
  const sides = [
    async (ms) => spinFor(ms, (index) => (found += store.get(ids[index]) === undefined ? 0 : 1)),
    async (ms) => spinFor(ms, (index) => (found += map.get(ids[index]) === undefined ? 0 : 1)),
  ];
  const [ours, theirs] = await runRounds(sides, lengths);
  yield { name: "JobMemoryStore.get", nextTo: "Map.get", ours, theirs, unit: "a second", better: "more", target: 0.5 };
  if (found === 0) throw new Error("Nothing was found.");
}
