import type { JobManager, Logger } from "@skill-fleet/core";
import { reportFailure } from "./report-failure.ts";

/** Drops expired jobs from memory and logs how many those were. Never throws: the next run tries again. */
export function cleanUp(jobs: Pick<JobManager, "cleanup">, log: Logger): void {
  try {
    const removed = jobs.cleanup();
    log.info({}, removed === 0 ? "No expired jobs to clean" : `Cleaned ${removed} expired job(s) from memory cache`);
  } catch (error) {
    reportFailure(log, "cleanup", error);
  }
}
