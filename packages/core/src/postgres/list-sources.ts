import { and, inArray, type SQL, sql } from "drizzle-orm";
import type { JobFilter } from "../jobs/job.ts";
import type { ListPosition } from "../jobs/job-repository.ts";
import { jobs, jobTags } from "./schema.ts";

/** What a list is to show: the jobs of a filter after a position. */
export interface Wanted {
  readonly filter: JobFilter;
  readonly position?: ListPosition | undefined;
}

/** Something that has jobs in the order of a list, newest first, and is read by an index. */
export interface ListSource {
  /** The table of its entries, and that with the job of each as `jobs`. */
  readonly entries: SQL;
  readonly withJobs: SQL;
  readonly createdAt: SQL;
  readonly id: SQL;
  /** Which entries are its own: the first column of the index. */
  readonly key?: SQL;
  /** What the last columns of the index tell: an entry that does not fit is passed over without a look at its job. */
  readonly narrowing?: SQL | undefined;
}

const inJobs = { entries: sql`${jobs}`, withJobs: sql`${jobs}`, createdAt: sql`${jobs.created_at}`, id: sql`${jobs.id}` };

export const byCreation: ListSource = inJobs;

/** What the filters can be read by, except the status. */
export function sourcesOf({ tag, userId, type }: JobFilter): ListSource[] {
  const sources: ListSource[] = [];
  if (tag !== undefined) {
    sources.push({
      entries: sql`${jobTags}`,
      // One after the other: the planner could else read the jobs of all entries first, and sort.
      withJobs: sql`${jobTags} cross join lateral (select * from ${jobs} where ${jobs.id} = ${jobTags.job_id} offset 0) as ${jobs}`,
      createdAt: sql`${jobTags.created_at}`,
      id: sql`${jobTags.job_id}`,
      key: sql`${jobTags.tag} = ${tag}`,
      narrowing: and(...ofUserAndType(jobTags, { userId, type })),
    });
  }
  if (userId !== undefined) {
    sources.push({ ...inJobs, key: sql`${jobs.user_id} = ${userId}`, narrowing: and(...ofUserAndType(jobs, { type })) });
  }
  if (type !== undefined) sources.push({ ...inJobs, key: sql`${jobs.type} = ${type}` });
  return sources;
}

/** The jobs of each status that neither the queue nor a worker has. None with completed jobs among the statuses. */
export function restingSources({ status = [], ...filter }: JobFilter): ListSource[] {
  if (status.includes("completed")) return [];
  return [...new Set(status)].map((one) => ({
    ...inJobs,
    key: sql`${jobs.resting_status} = ${one}`,
    narrowing: and(...ofUserAndType(jobs, filter)),
  }));
}

/** The SQL of the next jobs of a source that fit, newest first; of its next `looks` entries if that is given. */
export function pageOf(source: ListSource, wanted: Wanted, limit: number, looks?: number): SQL {
  const { withJobs, key, narrowing, createdAt, id } = source;
  const read = (condition: SQL | undefined, count: number) => sql`
    select ${jobs}.* from ${withJobs}
    where ${and(sql`true`, key, narrowing, isWithin(wanted, source), condition)}
    order by ${createdAt} desc, ${id} desc limit ${count}`;
  if (looks === undefined) return read(fits(wanted.filter), limit);
  return newestOf(sql`select * from (${read(undefined, looks)}) as ${jobs} where ${and(sql`true`, fits(wanted.filter))}`, limit);
}

/** The SQL of the second since 1970 of which the source's entry is that has `depth` before it, `-infinity` when there are no more. */
export function reachOf(source: ListSource, wanted: Wanted, depth: number): SQL {
  const { entries, key, createdAt, id } = source;
  const instant = sql`
    select ${createdAt} from ${entries} where ${and(sql`true`, key, isWithin(wanted, source))}
    order by ${createdAt} desc, ${id} desc offset ${depth} limit 1`;
  return sql`coalesce(extract(epoch from (${instant})), '-infinity')::float8`;
}

/** The SQL of the newest of some jobs. */
export function newestOf(some: SQL, limit: number): SQL {
  return sql`select * from (${some}) as ${jobs} order by ${jobs.created_at} desc, ${jobs.id} desc limit ${limit}`;
}

/** The SQL of the jobs with some ids that fit, in no order. */
export function jobsWithIds(ids: SQL, wanted: Wanted): SQL {
  return sql`select * from ${jobs} where ${and(sql`${jobs.id} = any (array(${ids}))`, isWithin(wanted, inJobs), fits(wanted.filter))}`;
}

function isWithin({ filter: { createdAfter, createdBefore }, position }: Wanted, { createdAt, id }: Pick<ListSource, "createdAt" | "id">) {
  return and(
    createdAfter && sql`${createdAt} >= ${createdAfter.toISOString()}::timestamptz`,
    createdBefore && sql`${createdAt} < ${createdBefore.toISOString()}::timestamptz`,
    position && sql`(${createdAt}, ${id}) < (${position.createdAt.toISOString()}::timestamptz, ${position.id}::uuid)`,
  );
}

function ofUserAndType(table: typeof jobs | typeof jobTags, { userId, type }: JobFilter): SQL[] {
  const conditions: SQL[] = [];
  if (userId !== undefined) conditions.push(sql`${table.user_id} = ${userId}`);
  if (type !== undefined) conditions.push(sql`${table.type} = ${type}`);
  return conditions;
}

/**
 * What is looked at on the job itself, by whatever it was found. `coalesce` hides it from the planner, which knows how many jobs
 * have the one and how many the other, but not how few have both, and would go by an index of its own choice.
 */
function fits({ status, tag, ...filter }: JobFilter): SQL | undefined {
  const conditions = ofUserAndType(jobs, filter);
  if (status !== undefined) conditions.push(inArray(jobs.status, [...status]));
  if (tag !== undefined) conditions.push(sql`${jobs.tags} @> array[${tag}]::text[]`);
  return conditions.length === 0 ? undefined : sql`coalesce(${and(...conditions)}, false)`;
}
