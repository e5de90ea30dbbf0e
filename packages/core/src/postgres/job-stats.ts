import type { JobStats } from "../jobs/job.ts";
import { type JobStatus, jobStatuses } from "../jobs/job-status.ts";
import type { Queryable, Statement } from "./database.ts";

const countJobs: Statement = {
  name: "count_jobs",
  text: "select type, status, count(*)::integer as count from jobs group by type, status",
};

const measureJobs: Statement = {
  name: "measure_jobs",
  text: `
    select avg(ms)::double precision as average_ms,
           percentile_cont(0.5) within group (order by ms) as p50_ms,
           percentile_cont(0.95) within group (order by ms) as p95_ms
    from (
      select (extract(epoch from completed_at - started_at) * 1000)::double precision as ms
      from jobs where status = 'completed'
    ) as completed`,
};

interface CountRow {
  readonly type: string;
  readonly status: JobStatus;
  readonly count: number;
}

interface DurationRow {
  readonly average_ms: number | null;
  readonly p50_ms: number;
  readonly p95_ms: number;
}

export async function readStats(on: Queryable): Promise<JobStats> {
  const [counts, [durations]] = await Promise.all([on.query<CountRow>(countJobs, []), on.query<DurationRow>(measureJobs, [])]);
  const byStatus = Object.fromEntries(jobStatuses.map((status) => [status, 0])) as Record<JobStatus, number>;
  const byType = new Map<string, number>();
  for (const { type, status, count } of counts) {
    byStatus[status] += count;
    byType.set(type, (byType.get(type) ?? 0) + count);
  }
  const ended = byStatus.completed + byStatus.failed + byStatus.cancelled;
  return {
    total: counts.reduce((total, { count }) => total + count, 0),
    byStatus,
    byType: [...byType].map(([type, total]) => ({ type, total })).sort((a, b) => b.total - a.total || a.type.localeCompare(b.type)),
    completionRate: ended === 0 ? null : byStatus.completed / ended,
    durations:
      durations === undefined || durations.average_ms === null
        ? null
        : { averageMs: durations.average_ms, p50Ms: durations.p50_ms, p95Ms: durations.p95_ms },
  };
}
