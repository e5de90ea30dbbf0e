import type { JobManager, Logger, RetentionMs } from "@skill-fleet/core";
import { reportFailure } from "./report-failure.ts";

/** Deletes jobs that ended longer ago than they are kept, and logs how many those were. Never throws: the next run tries again. */
export async function pruneOldJobs(
  jobs: Pick<JobManager, "prune">,
  retention: RetentionMs,
  log: Logger,
  signal?: AbortSignal,
): Promise<void> {
  try {
    const counts = await jobs.prune(retention, { signal });
    const deleted = counts.completed + counts.failed + counts.cancelled;
    log.info(deleted === 0 ? {} : counts, deleted === 0 ? "No old jobs to delete" : `Deleted ${deleted} job(s) that ended long ago`);
  } catch (error) {
    reportFailure(log, "retention", error);
  }
}
