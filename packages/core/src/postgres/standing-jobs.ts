import { type SQL, sql } from "drizzle-orm";
import type { JobFilter } from "../jobs/job.ts";
import type { JobStatus } from "../jobs/job-status.ts";
import { newestWithIds, type Wanted } from "./list-sources.ts";
import { jobLeases, jobQueue } from "./schema.ts";

/*
 * Jobs that stand in the queue or have a worker. No index has their status, since it would have to be written with each
 * claim and each end of a job; the two tables have them all.
 */

/** Whether a job that stands there may have this status. */
export function isOfStanding(status: JobStatus): boolean {
  return status === "pending" || status === "running";
}

/** The SQL of the newest of those that fit, in no order. */
export function standingJobs(wanted: Wanted, limit: number): SQL {
  const queued = sql`select ${jobQueue.job_id} from ${jobQueue} where ${hasType(wanted.filter)}`;
  return newestWithIds(sql`${queued} union all select ${jobLeases.job_id} from ${jobLeases}`, wanted, limit);
}

/** The SQL of how many there are, up to `limit` in each of the tables. */
export function countStanding(filter: JobFilter, limit?: number): SQL {
  const enough = limit === undefined ? sql`` : sql`limit ${limit}`;
  const queued = sql`select from ${jobQueue} where ${hasType(filter)} ${enough}`;
  const leased = sql`select from ${jobLeases} ${enough}`;
  return sql`(select count(*)::integer from ((${queued}) union all (${leased})) as standing)`;
}

function hasType({ type }: JobFilter): SQL {
  return type === undefined ? sql`true` : sql`${jobQueue.type} = ${type}`;
}
