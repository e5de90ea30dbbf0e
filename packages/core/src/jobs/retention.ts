import type { JobCache } from "./job-cache.ts";
import type { JobRepository, ListPosition } from "./job-repository.ts";
import { type FinalStatus, finalStatuses } from "./job-status.ts";

/** For how many milliseconds a job is kept after it ended, by how it ended. A status that is absent: for ever. */
export type RetentionMs = { readonly [Status in FinalStatus]?: number | undefined };

/** Jobs that have had their time, by how they ended. */
export type JobCounts = { readonly [Status in FinalStatus]: number };

/** What a retention would remove now. */
export interface PrunableJobs {
  readonly counts: JobCounts;
  /** When the one that ended first did so; null when there is none. */
  readonly oldestCompletedAt: Date | null;
}

/** How many jobs one transaction deletes at most, so that it is over in milliseconds. */
const batchSize = 300;

/**
 * Deletes the jobs that have had their time, with their prompts, steps and history, a batch after the other.
 *
 * Any number of instances may do so at the same time: what one has in hand the others pass over. Each
 * job that goes is announced as gone, so that no memory goes on serving it. Between two batches a
 * signal may end it; what is left is for the next time.
 */
export async function pruneJobs(
  repository: JobRepository,
  cache: JobCache,
  retention: RetentionMs,
  signal: AbortSignal | undefined,
): Promise<JobCounts> {
  const counts = { completed: 0, failed: 0, cancelled: 0 };
  let after: ListPosition | undefined;
  while (!signal?.aborted) {
    const { pruned, next } = await repository.prune(retention, batchSize, after);
    for (const { id, status } of pruned) {
      cache.drop(id);
      counts[status] += 1;
    }
    if (next === undefined) break;
    after = next;
  }
  return counts;
}

/** Whether a retention keeps every job for ever. */
export function keepsAll(retention: RetentionMs): boolean {
  return finalStatuses.every((status) => retention[status] === undefined);
}
