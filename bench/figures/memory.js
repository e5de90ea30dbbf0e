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

/** The memory store, next to a bare Map. */
export async function* memoryFigures(lengths) {
  const ids = Array.from({ length: jobCount }, (_, index) => `job-${index}`);
  const map = new Map(ids.map((id) => [id, { id }]));
  const store = new JobMemoryStore({ clock: { nowMs: () => Date.now() } });
  for (const id of ids) store.set({ id });
  let found = 0;
  const sides = [
    async (ms) => spinFor(ms, (index) => (found += store.get(ids[index]) === undefined ? 0 : 1)),
    async (ms) => spinFor(ms, (index) => (found += map.get(ids[index]) === undefined ? 0 : 1)),
  ];
  yield { name: "JobMemoryStore.get", bare: "Map.get", rates: await runRounds(sides, lengths) };
  if (found === 0) throw new Error("Nothing was found.");
}
