import { describe, expect, test } from "vitest";
import { buildCompletedJob, buildJob } from "../testing/build-job.ts";
import { ManualClock } from "../testing/manual-clock.ts";
import { defaultMemoryMaxEntries, defaultMemoryTtlMs, JobMemoryStore } from "./job-memory-store.ts";
import { isFinal } from "./job-status.ts";

const ttlMs = 1_000;

function openStore(options: Partial<ConstructorParameters<typeof JobMemoryStore>[0]> = {}) {
  const clock = new ManualClock();
  const evicted: string[] = [];
  const store = new JobMemoryStore({ clock, ttlMs, onEvict: ({ id }) => evicted.push(id), ...options });
  return { clock, store, evicted };
}

describe("time to live", () => {
  test("a job is there just before its time is up, and gone at that instant and after", () => {
    const { clock, store } = openStore();
    const job = buildJob();
    store.set(job);
    clock.advance(ttlMs - 1);
    expect(store.get(job.id)).toBe(job);
    clock.advance(1);
    expect(store.get(job.id)).toBeUndefined();
    clock.advance(1);
    expect(store.get(job.id)).toBeUndefined();
  });

  test("is 60 minutes for 100,000 jobs unless said otherwise", () => {
    const { clock, store } = openStore({ ttlMs: undefined });
    const job = buildJob();
    store.set(job);
    clock.advance(60 * 60 * 1_000 - 1);
    expect(store.get(job.id)).toBe(job);
    clock.advance(1);
    expect(store.get(job.id)).toBeUndefined();
    expect([defaultMemoryTtlMs, defaultMemoryMaxEntries]).toEqual([3_600_000, 100_000]);
  });

  test("setting a job again begins its time anew", () => {
    const { clock, store } = openStore();
    const job = buildJob();
    store.set(job);
    clock.advance(ttlMs - 1);
    store.set(job);
    clock.advance(ttlMs - 1);
    expect(store.get(job.id)).toBe(job);
  });

  test("reading a job does not prolong its time", () => {
    const { clock, store } = openStore();
    const job = buildJob();
    store.set(job);
    clock.advance(ttlMs - 1);
    store.get(job.id);
    clock.advance(1);
    expect(store.get(job.id)).toBeUndefined();
  });

  test("a job can be asked for by its greatest age, which counts from when it was last set", () => {
    const { clock, store } = openStore();
    const job = buildJob();
    store.set(job);
    clock.advance(300);
    expect(store.get(job.id, 301)).toBe(job);
    expect(store.get(job.id, 300)).toBeUndefined();
    store.set(job);
    expect(store.get(job.id, 1)).toBe(job);
  });

  test("a greatest age beyond the time to live prolongs nothing", () => {
    const { clock, store } = openStore();
    const job = buildJob();
    store.set(job);
    clock.advance(ttlMs);
    expect(store.get(job.id, ttlMs * 2)).toBeUndefined();
  });

  test("an expired job is among the values no more, although no cleanup has been by", () => {
    const { clock, store } = openStore();
    store.set(buildJob());
    clock.advance(ttlMs);
    const fresh = buildJob();
    store.set(fresh);
    expect([...store.values()]).toEqual([fresh]);
    expect(store.size).toBe(2);
  });
});

describe("cleanup", () => {
  test("removes exactly the expired jobs and says how many", () => {
    const { clock, store, evicted } = openStore();
    const old = [buildJob(), buildJob(), buildJob()];
    for (const job of old) store.set(job);
    clock.advance(ttlMs - 1);
    const young = buildJob();
    store.set(young);
    expect(store.cleanup()).toBe(0);
    clock.advance(1);
    expect(store.cleanup()).toBe(3);
    expect(evicted).toEqual(old.map(({ id }) => id));
    expect([...store.values()]).toEqual([young]);
    expect(store.cleanup()).toBe(0);
  });

  test("keeps a job that was set again in time, although it came first", () => {
    const { clock, store } = openStore();
    const [first, second] = [buildJob(), buildJob()];
    store.set(first);
    store.set(second);
    clock.advance(ttlMs - 1);
    store.set(first);
    clock.advance(1);
    expect(store.cleanup()).toBe(1);
    expect(store.get(first.id)).toBe(first);
  });

  test("that removes k of n jobs looks at k + 1 of them", () => {
    const { clock, store } = openStore();
    for (let index = 0; index < 5; index += 1) store.set(buildJob());
    clock.advance(ttlMs);
    for (let index = 0; index < 10_000; index += 1) store.set(buildJob());
    expect(countSteps(() => expect(store.cleanup()).toBe(5))).toBe(6);
    expect(countSteps(() => expect(store.cleanup()).toBe(0))).toBe(1);
  });
});

describe("size", () => {
  test("beyond the limit the job that was longest not set goes first", () => {
    const { store, evicted } = openStore({ maxEntries: 2 });
    const [a, b, c] = [buildJob(), buildJob(), buildJob()];
    store.set(a);
    store.set(b);
    store.set(a);
    store.set(c);
    expect(evicted).toEqual([b.id]);
    expect(store.size).toBe(2);
    expect([a, b, c].map(({ id }) => store.get(id))).toEqual([a, undefined, c]);
  });

  test("setting a job that is there already evicts nobody", () => {
    const { store, evicted } = openStore({ maxEntries: 2 });
    const [a, b] = [buildJob(), buildJob()];
    for (const job of [a, b, a, b, a]) store.set(job);
    expect(evicted).toEqual([]);
    expect(store.size).toBe(2);
  });

  test("a hundredth goes at once, those that were set longest ago, and nothing else is looked at", () => {
    const { store, evicted } = openStore({ maxEntries: 10_000 });
    const jobs = Array.from({ length: 10_000 }, () => buildJob());
    for (const job of jobs) store.set(job);
    expect(countSteps(() => store.set(buildJob()))).toBe(100);
    expect(evicted).toEqual(jobs.slice(0, 100).map(({ id }) => id));
    for (let index = 0; index < 99; index += 1) store.set(buildJob());
    expect(store.size).toBe(10_000);
    expect(evicted).toHaveLength(100);
  });
});

describe("jobs that may not be evicted", () => {
  const mayEvict = (job: { status: Parameters<typeof isFinal>[0] }) => isFinal(job.status);

  test("stay, however old and however many they are, and have no age", () => {
    const { clock, store, evicted } = openStore({ mayEvict, maxEntries: 1 });
    const jobs = [buildJob(), buildJob(), buildJob()];
    for (const job of jobs) store.set(job);
    clock.advance(ttlMs * 100);
    expect(store.cleanup()).toBe(0);
    expect(jobs.map(({ id }) => store.get(id))).toEqual(jobs);
    expect(jobs.map(({ id }) => store.get(id, 1))).toEqual(jobs);
    expect(evicted).toEqual([]);
  });

  test("may go once they have changed to one that may", () => {
    const { clock, store, evicted } = openStore({ mayEvict });
    const job = buildJob();
    store.set(job);
    store.set(buildCompletedJob({ id: job.id }));
    expect(store.size).toBe(1);
    clock.advance(ttlMs);
    expect(store.cleanup()).toBe(1);
    expect(evicted).toEqual([job.id]);
  });

  test("are held again once they have changed back", () => {
    const { clock, store } = openStore({ mayEvict });
    const job = buildJob();
    store.set(buildCompletedJob({ id: job.id }));
    store.set(job);
    clock.advance(ttlMs);
    expect(store.cleanup()).toBe(0);
    expect(store.get(job.id)).toBe(job);
  });
});

describe("removal", () => {
  test("delete says whether the job was there, and is no eviction", () => {
    const { store, evicted } = openStore();
    const job = buildJob();
    store.set(job);
    expect(store.delete(job.id)).toBe(true);
    expect(store.delete(job.id)).toBe(false);
    expect(store.get(job.id)).toBeUndefined();
    expect(evicted).toEqual([]);
  });

  test("clear removes every job, held ones too", () => {
    const { store } = openStore({ mayEvict: ({ status }) => isFinal(status) });
    store.set(buildJob());
    store.set(buildCompletedJob());
    store.clear();
    expect(store.size).toBe(0);
    expect([...store.values()]).toEqual([]);
  });

  test("the eviction callback runs when the job is gone already", () => {
    const seen: unknown[] = [];
    const { clock, store } = openStore({ onEvict: ({ id }) => seen.push(store.get(id), store.size) });
    store.set(buildJob());
    clock.advance(ttlMs);
    store.cleanup();
    expect(seen).toEqual([undefined, 0]);
  });
});

/** How many elements of maps are looked at while `work` runs. */
function countSteps(work: () => void): number {
  const iterator = Object.getPrototypeOf(new Map().values()) as { next: () => IteratorResult<unknown> };
  const { next } = iterator;
  let steps = 0;
  iterator.next = function (this: unknown) {
    const result = next.call(this);
    if (!result.done) steps += 1;
    return result;
  };
  try {
    work();
  } finally {
    iterator.next = next;
  }
  return steps;
}
