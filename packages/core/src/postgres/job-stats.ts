import type { JobStats } from "../jobs/job.ts";
import { type JobStatus, jobStatuses } from "../jobs/job-status.ts";
import type { Queryable, Statement } from "./database.ts";

/** So many pages of the table are read, 8 MB: some ten thousand jobs. One that has no more is read as a whole. */
const sampledPages = 1_000;

/** As long as no more jobs have a status other than completed, they are counted and not estimated. */
const countedOneByOne = 5_000;

const countPages: Statement = {
  name: "count_pages",
  text: "select pg_relation_size('jobs') / current_setting('block_size')::float8 as pages",
};

/**
 * Some pages of the table, each as likely as any other: `$1` percent of them. That needs no statistics, which an
 * embedded database never gathers. By the seed it is always nearly the same pages: they are in memory the
 * next time, and the numbers do not jump.
 *
 * The statements have no name, so that they are planned for as many rows as it will be.
 */
const sample = "jobs tablesample system ($1) repeatable (0)";

const countJobs: Statement = {
  text: `select type, status, count(*)::integer as count from ${sample} group by type, status`,
};

const measureJobs: Statement = {
  text: `
    select avg(ms) as average_ms,
           percentile_cont(0.5) within group (order by ms) as p50_ms,
           percentile_cont(0.95) within group (order by ms) as p95_ms
    from (select date_part('epoch', completed_at - started_at) * 1000 as ms from ${sample} where status = 'completed') as completed`,
};

/**
 * How many jobs have each status but completed: those that rest by their index, the others where they stand.
 * `$1`: how far to count. There may be more than `count` if `is_more`. Without a name, as above.
 */
const countRare: Statement = {
  text: `
    with standing as materialized (
      (select job_id from job_queue limit $1::integer + 1) union all (select job_id from job_leases limit $1::integer + 1)
    ),
    counted as (
      select status, count(*) as count from jobs where id = any (array(select job_id from standing)) group by status
      ${jobStatuses
        .filter((status) => status !== "completed")
        .map(
          (status) => `union all
      select '${status}', count(*) from (select from jobs where resting_status = '${status}' limit $1::integer + 1) as resting`,
        )
        .join("\n      ")}
    )
    select status, sum(count)::integer as count,
      sum(count) > $1 or (status in ('pending', 'running') and (select count(*) from standing) > $1) as is_more
    from counted
    group by status`,
};

interface CountRow {
  readonly type: string;
  readonly status: JobStatus;
  readonly count: number;
}

interface RareRow {
  readonly status: JobStatus;
  readonly count: number;
  readonly is_more: boolean;
}

interface DurationRow {
  readonly average_ms: number | null;
  readonly p50_ms: number;
  readonly p95_ms: number;
}

/** Exact as long as there are few jobs; of many only the statuses that few have are counted one by one. */
export async function readStats(on: Queryable): Promise<JobStats> {
  const [size] = await on.query<{ pages: number }>(countPages, []);
  const share = Math.min(1, sampledPages / Number(size?.pages));
  const estimated = share < 1;
  const [counts, [durations], rare] = await Promise.all([
    on.query<CountRow>(countJobs, [share * 100]),
    on.query<DurationRow>(measureJobs, [share * 100]),
    estimated ? on.query<RareRow>(countRare, [countedOneByOne]) : [],
  ]);
  const byStatus = Object.fromEntries(jobStatuses.map((status) => [status, 0])) as Record<JobStatus, number>;
  const byType = new Map<string, number>();
  for (const { type, status, count } of counts) {
    byStatus[status] += count;
    byType.set(type, (byType.get(type) ?? 0) + count);
  }
  const whole = (count: number) => Math.round(count / share);
  for (const status of jobStatuses) byStatus[status] = whole(byStatus[status]);
  for (const { status, count, is_more } of rare) byStatus[status] = is_more ? Math.max(count, byStatus[status]) : count;
  const ended = byStatus.completed + byStatus.failed + byStatus.cancelled;
  return {
    estimated,
    total: Object.values(byStatus).reduce((total, count) => total + count, 0),
    byStatus,
    byType: [...byType]
      .map(([type, count]) => ({ type, total: whole(count) }))
      .sort((a, b) => b.total - a.total || a.type.localeCompare(b.type)),
    completionRate: ended === 0 ? null : byStatus.completed / ended,
    durations:
      durations === undefined || durations.average_ms === null
        ? null
        : { averageMs: durations.average_ms, p50Ms: durations.p50_ms, p95Ms: durations.p95_ms },
  };
}
