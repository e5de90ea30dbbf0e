import { randomUUID } from "node:crypto";
import { setImmediate as nextTurn } from "node:timers/promises";
import { JobMemoryStore } from "@skill-fleet/core";
import { heldBytes } from "../held-bytes.js";
import { median, runRounds } from "../rounds.js";

/** As many as the store keeps unless told otherwise. */
const jobCount = 100_000;
/** So many gets in one turn of the event loop. */
const getsInTurn = 100;
const manyJobs = 1_000_000;
const expiredJobs = 1_000;
const ttlMs = 60_000;

/** @type {import("../figure.js").Group} */
export const memoryFigures = {
  name: "memory",
  title: "The memory store",
  notes: `\`JobMemoryStore\` next to a \`Map\` of ${jobCount.toLocaleString("en-US")} jobs by UUID, asked in random order, ${getsInTurn} times in a turn of
the event loop. An id that arrives with a request is a string that nobody has looked up before: both sides hash and compare it.
What stands between a get and the Map's is the look at the job's age, for one that has expired is never returned. The clock is read once
a turn: reading it takes longer than a lookup, and keeps the processor from beginning the next one. A removal looks at
what it removes and at one entry more; what takes its time is that a million entries fit into no processor's cache.`,
  measure,
};

async function* measure({ lengths }) {
  yield* measureGets(lengths);
  yield* measureCleanup();
  yield measureBytes();
}

async function* measureGets(lengths) {
  const ids = Array.from({ length: jobCount }, () => randomUUID());
  const jobs = ids.map((id) => ({ id, version: 1 }));
  const map = new Map(jobs.map((job) => [job.id, job]));
  const store = new JobMemoryStore();
  for (const job of jobs) store.set(job);
  const fromStore = (id) => store.get(id);
  const fromMap = (id) => map.get(id);
  const rate = { unit: "a second", better: "more" };

  const arriving = [fromStore, fromMap].map((get) => (ms) => getFor(ms, get, () => copyOf(randomOf(ids))));
  const [ours, theirs] = await runRounds(arriving, lengths);
  yield { name: "get by an id that has just arrived", nextTo: "Map.get", ours, theirs, ...rate, target: 0.5 };

  const known = [fromStore, fromMap].map((get) => (ms) => getFor(ms, get, () => randomOf(ids)));
  const [again, bare] = await runRounds(known, lengths);
  yield { name: "get by the very string it was set with", nextTo: "Map.get", ours: again, theirs: bare, ...rate, target: 0.5 };
}

/** Gets by ids that `nextId` makes while no time is taken, for `roundMs` of gets; returns gets a second. */
async function getFor(roundMs, get, nextId) {
  let [gets, tookMs, versions] = [0, 0, 0];
  while (tookMs < roundMs) {
    const ids = Array.from({ length: getsInTurn }, nextId);
    const start = performance.now();
    for (const id of ids) versions += get(id).version;
    tookMs += performance.now() - start;
    gets += getsInTurn;
    await nextTurn();
  }
  if (versions !== gets) throw new Error("Not every job was found.");
  return (gets * 1_000) / tookMs;
}

const randomOf = (ids) => ids[Math.floor(Math.random() * ids.length)];

/** The same id in a string of its own, as it is read from a request. */
const copyOf = (id) => Buffer.from(id).toString("latin1");

function* measureCleanup() {
  let nowMs = 0;
  const store = new JobMemoryStore({ clock: { nowMs: () => nowMs }, ttlMs, maxEntries: manyJobs });
  const map = new Map();
  const add = (count) => {
    for (let made = 0; made < count; made += 1) {
      const job = { id: randomUUID() };
      store.set(job);
      map.set(job.id, job);
    }
  };
  const runs = 9;
  for (let run = 0; run < runs; run += 1) {
    add(expiredJobs);
    nowMs += 1;
  }
  add(manyJobs - store.size);
  const [ours, theirs] = [[], []];
  for (let run = 0; run < runs; run += 1) {
    nowMs = ttlMs + run;
    // The turns change, so that neither finds the ids in the processor's cache every time.
    const sides = [() => ours.push(timeRemoval(() => store.cleanup())), () => theirs.push(timeRemoval(() => removeFirst(map)))];
    for (const measureSide of run % 2 === 0 ? sides : sides.toReversed()) measureSide();
    add(expiredJobs);
  }
  const figure = { name: "removing 1,000 expired of 1,000,000 jobs", ours: median(ours), unit: "ms", better: "less" };
  yield { ...figure, target: 1 };
  yield { ...figure, name: "the same removal, next to its floor", nextTo: "Map.delete of as many", theirs: median(theirs) };
}

function timeRemoval(remove) {
  const start = performance.now();
  const removed = remove();
  if (removed !== expiredJobs) throw new Error(`${removed} jobs were removed.`);
  return performance.now() - start;
}

/** Removes as many of the oldest entries as expire at once. */
function removeFirst(map) {
  let removed = 0;
  for (const id of map.keys()) {
    if (removed === expiredJobs) break;
    map.delete(id);
    removed += 1;
  }
  return removed;
}

function measureBytes() {
  const jobs = Array.from({ length: jobCount }, () => ({ id: randomUUID() }));
  const store = new JobMemoryStore();
  const before = heldBytes();
  for (const job of jobs) store.set(job);
  const ours = Math.round((heldBytes() - before) / jobCount);
  if (store.size !== jobs.length) throw new Error("Not every job was kept.");
  return { name: "memory of an entry, beside its job", ours, unit: "bytes", better: "less", target: 300 };
}
