import { expect, test } from "vitest";
import { monotonicClock, systemClock } from "./clock.ts";
import { JobMemoryStore } from "./jobs/job-memory-store.ts";
import { buildJob } from "./testing/build-job.ts";

test("a copy in memory grows older although the machine's clock is put back", () => {
  const memory = new JobMemoryStore({ clock: monotonicClock });
  const job = buildJob();
  memory.set(job);
  const before = { now: Date.now, ms: systemClock.nowMs() };
  try {
    Date.now = () => before.ms - 600_000;
    expect(systemClock.nowMs()).toBeLessThan(before.ms);
    // Whatever has any age is too old for this.
    expect(memory.get(job.id, Number.MIN_VALUE)).toBeUndefined();
  } finally {
    Date.now = before.now;
  }
});
