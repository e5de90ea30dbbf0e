import type { Job } from "../jobs/job.ts";
import { JobCache } from "../jobs/job-cache.ts";
import { JobMemoryStore } from "../jobs/job-memory-store.ts";
import { ManualChangeFeed } from "./manual-change-feed.ts";
import { ManualClock } from "./manual-clock.ts";

/** The id of the one job that these tests are about. */
export const cachedId = "0190b7a4-0000-7000-8000-000000000000";

/** A cache whose feed, clock and database a test holds in its hands. */
export function openCache({ trustMs = Number.POSITIVE_INFINITY } = {}) {
  const clock = new ManualClock();
  const changes = new ManualChangeFeed();
  const memory = new JobMemoryStore({ clock });
  const cache = new JobCache({ memory, changes, trustMs });
  let loads = 0;
  /** Reads, and says how often the database was asked. */
  const read = async (stored: Job | undefined, minVersion = 0) => {
    const before = loads;
    const job = await cache.read(cachedId, minVersion, async () => {
      loads += 1;
      return stored;
    });
    return { job, loads: loads - before };
  };
  const write = (job: Job) =>
    cache.write(
      cachedId,
      async () => job,
      (outcome) => outcome,
    );
  return { clock, changes, memory, cache, read, write };
}
