import type { ListPosition } from "../jobs/job-repository.ts";
import { type FinalStatus, finalStatuses } from "../jobs/job-status.ts";
import type { RetentionMs } from "../jobs/retention.ts";
import type { Statement } from "./database.ts";

/** `$1`, `$2`, `$3`: for how many milliseconds which jobs are kept, null for ever. Null, and so not true, of a job that has not ended. */
const isDue = `
  j.completed_at <= at - (case j.status ${finalStatuses.map((status, index) => `when '${status}' then $${index + 1}::float8`).join(" ")} end)
    * interval '1 millisecond'`;

/**
 * What is due was created before this: nothing ends before it began. That is why there is no index by
 * the end, which every job that ends would have to write; old jobs stand at the front of the index that lists
 * have already. Measured (`pnpm bench:scaling`): docs/scaling.md.
 *
 * Written out, and not taken from a CTE, so that the planner knows how little that is.
 */
const latestCreation = "coalesce($4::timestamptz, now()) - least($1::float8, $2::float8, $3::float8) * interval '1 millisecond'";

/** For each job that a batch may delete it may look at so many: those that are kept for longer stand in between. */
const looksPerJob = 20;

/**
 * Deletes the next jobs, in the order of their creation, that are due, at most `$5`.
 *
 * What somebody else has locked is passed over, so that this waits for nobody, and is judged again on the row
 * as it is once it is locked. Prompts and steps go with their job; a job that has ended stands in no
 * queue and no lease. `$4`: the time, or null for the database's own. `$6`, `$7`: the job before, or null.
 */
export const pruneJobs: Statement = {
  name: "prune_jobs",
  text: `
    with clock as materialized (select coalesce($4::timestamptz, now()) as at),
    seen as materialized (
      select j.id, j.created_at, ${isDue} as is_due
      from jobs j, clock
      where (j.created_at, j.id) > (coalesce($6::timestamptz, '-infinity'), coalesce($7::uuid, '00000000-0000-0000-0000-000000000000'))
        and j.created_at <= ${latestCreation}
      order by j.created_at, j.id
      limit $5::integer * ${looksPerJob}
    ),
    picked as materialized (
      select id, created_at from seen where is_due order by created_at, id limit $5
    ),
    due as materialized (
      select j.id, j.status
      from jobs j, clock
      where j.id = any (array (select id from picked)) and ${isDue}
      for update of j skip locked
    ),
    history as (
      delete from job_events where job_id = any (array (select id from due))
    ),
    gone as (
      delete from jobs where id = any (array (select id from due))
    ),
    last as (
      (select id, created_at from picked offset $5::integer - 1)
      union all
      (select id, created_at from seen offset $5::integer * ${looksPerJob} - 1)
      order by created_at, id
      limit 1
    )
    select coalesce(json_agg(json_build_object('id', id, 'status', status)), '[]') as pruned,
      (select id from last) as next_id, (select created_at from last) as next_created_at
    from due`,
};

export interface PrunedRow {
  readonly pruned: readonly { readonly id: string; readonly status: FinalStatus }[];
  /** Where the next batch begins; null when this was the last. */
  readonly next_id: string | null;
  readonly next_created_at: Date | null;
}

export function encodePrune(retention: RetentionMs, at: string | null, limit: number, after: ListPosition | undefined): unknown[] {
  return [...encodeRetention(retention), at, limit, after?.createdAt.toISOString() ?? null, after?.id ?? null];
}

/** `$4`: the time, or null. */
export const countPrunable: Statement = {
  name: "count_prunable",
  text: `
    with clock as materialized (select coalesce($4::timestamptz, now()) as at)
    select j.status, count(*)::integer as count, min(j.completed_at) as oldest
    from jobs j, clock
    where j.created_at <= ${latestCreation} and ${isDue}
    group by j.status`,
};

export interface PrunableRow {
  readonly status: FinalStatus;
  readonly count: number;
  readonly oldest: Date;
}

export function encodeRetention(retention: RetentionMs): (number | null)[] {
  return finalStatuses.map((status) => retention[status] ?? null);
}
