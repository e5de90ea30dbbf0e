import type { JobManager, Logger } from "@skill-fleet/core";
import { reportFailure } from "./report-failure.ts";

/** Drops expired jobs from memory and says how many those were. Never throws: the next run tries again. */
export function cleanUp(jobs: Pick<JobManager, "cleanup">, log: Logger): void {
  try {
    const removed = jobs.cleanup();
    log.info({}, removed === 0 ? "No expired jobs to clean" : `Cleaned ${removed} expired job(s) from memory cache`);
  } catch (error) {
    reportFailure(log, "cleanup", error);
  }
}

/** A cron expression in words where that is easy, as it stands where not. */
export function describeSchedule(expression: string): string {
  const minutes = /^\*\/(\d+) \* \* \* \*$/.exec(expression)?.[1];
  if (minutes !== undefined) return `runs every ${minutes} minutes`;
  return `runs at "${expression}"`;
}
