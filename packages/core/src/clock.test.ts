import { setTimeout as delay, setImmediate as nextTurn } from "node:timers/promises";
import { expect, test } from "vitest";
import { systemClock, TurnClock } from "./clock.ts";
import { JobMemoryStore } from "./jobs/job-memory-store.ts";
import { buildJob } from "./testing/build-job.ts";

/** Keeps this process from anything else. */
function blockFor(ms: number): void {
  const endMs = performance.now() + ms;
  while (performance.now() < endMs);
}

test("a copy in memory grows older although the machine's clock is put back", async () => {
  const memory = new JobMemoryStore();
  const job = buildJob();
  memory.set(job);
  const before = { now: Date.now, ms: systemClock.nowMs() };
  try {
    Date.now = () => before.ms - 600_000;
    expect(systemClock.nowMs()).toBeLessThan(before.ms);
    await nextTurn();
    // Whatever has any age is too old for this.
    expect(memory.get(job.id, Number.MIN_VALUE)).toBeUndefined();
  } finally {
    Date.now = before.now;
  }
});

test("a turn of the event loop has one time, and the next has another, however long the wait between them", async () => {
  const clock = new TurnClock();
  const firstMs = clock.nowMs();
  blockFor(5);
  await Promise.resolve();
  expect(clock.nowMs()).toBe(firstMs);

  await nextTurn();
  const secondMs = clock.nowMs();
  expect(secondMs - firstMs).toBeGreaterThanOrEqual(5);

  await delay(20);
  expect(clock.nowMs() - secondMs).toBeGreaterThanOrEqual(19);
});

test("what is read in the last phase of a turn does not outlive a wait", async () => {
  const clock = new TurnClock();
  const firstMs = await new Promise<number>((resolve) => setImmediate(() => resolve(clock.nowMs())));
  await delay(20);
  expect(clock.nowMs() - firstMs).toBeGreaterThanOrEqual(19);
});
