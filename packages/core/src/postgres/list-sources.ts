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
  readonly key?: { readonly column: SQL; readonly value: string };
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
      key: { column: sql`${jobTags.tag}`, value: tag },
      narrowing: and(
        type === undefined ? undefined : has(sql`${jobTags.type}`, sql`${jobTags.job_id}`, type),
        userId === undefined ? undefined : has(sql`${jobTags.user_id}`, sql`${jobTags.job_id}`, userId),
      ),
    });
  }
  if (userId !== undefined) {
    const narrowing = type === undefined ? undefined : has(sql`${jobs.type}`, inJobs.id, type);
    sources.push({ ...inJobs, key: { column: sql`${jobs.user_id}`, value: userId }, narrowing });
  }
  if (type !== undefined) sources.push({ ...inJobs, key: { column: sql`${jobs.type}`, value: type } });
  return sources;
}

/** The jobs of each status that neither the queue nor a worker has. None with completed jobs among the statuses. */
export function restingSources({ status = [], type, userId }: JobFilter): ListSource[] {
  if (status.includes("completed")) return [];
  const narrowing = and(
    type === undefined ? undefined : has(sql`${jobs.type}`, inJobs.id, type),
    userId === undefined ? undefined : has(sql`${jobs.user_id}`, inJobs.id, userId),
  );
  return [...new Set(status)].map((value) => ({ ...inJobs, key: { column: sql`${jobs.resting_status}`, value }, narrowing }));
}

/** The SQL of the next jobs of a source that fit, newest first; of its next `looks` entries if that is given. */
export function pageOf(source: ListSource, wanted: Wanted, limit: number, looks?: number): SQL {
  const read = (condition: SQL | undefined, count: number) => sql`
    select ${jobs}.* from ${source.withJobs}
    where ${and(entriesWithin(wanted, source), source.narrowing, condition)}
    ${inOrder(source)} limit ${count}`;
  if (looks === undefined) return read(fits(wanted.filter), limit);
  return newestOf(sql`select * from (${read(undefined, looks)}) as ${jobs} where ${and(sql`true`, fits(wanted.filter))}`, limit);
}

/** The SQL of the second since 1970 of which the source's entry is that has `depth` before it, `-infinity` when there are no more. */
export function reachOf(source: ListSource, wanted: Wanted, depth: number): SQL {
  const instant = sql`
    select ${source.createdAt} from ${source.entries} where ${entriesWithin(wanted, source)}
    ${inOrder(source)} offset ${depth} limit 1`;
  return sql`coalesce(extract(epoch from (${instant})), '-infinity')::float8`;
}

/** The SQL of the newest of some jobs. */
export function newestOf(some: SQL, limit: number): SQL {
  return sql`select * from (${some}) as ${jobs} ${inOrder(inJobs)} limit ${limit}`;
}

/** The SQL of the jobs with some ids that fit, in no order. */
export function jobsWithIds(ids: SQL, wanted: Wanted): SQL {
  return sql`select * from ${jobs} where ${and(sql`${jobs.id} = any (array(${ids}))`, entriesWithin(wanted, byCreation), fits(wanted.filter))}`;
}

function inOrder({ key, createdAt, id }: ListSource): SQL {
  return sql`order by ${key ? sql`${key.column} desc, ` : sql``}${createdAt} desc, ${id} desc`;
}

/**
 * The source's own entries between the bounds of the list. With its key in each bound and in the order of the page, only its
 * index will do, and the planner takes them for many: it would else read all those of a filter, or by another
 * index, and sort, because it does not know how many there are, or how few have two things that are both frequent.
 */
function entriesWithin({ filter: { createdAfter, createdBefore }, position }: Wanted, { key, createdAt, id }: ListSource): SQL {
  const [column, value] = key ? [sql`${key.column}, `, sql`${key.value}, `] : [sql``, sql``];
  const bounds = [sql`(${column}${createdAt}) >= (${value}${createdAfter?.toISOString() ?? "-infinity"}::timestamptz)`];
  if (key) bounds.push(sql`${key.column} is not null`);
  if (position && !(createdBefore && createdBefore <= position.createdAt)) {
    bounds.push(sql`(${column}${createdAt}, ${id}) < (${value}${position.createdAt.toISOString()}::timestamptz, ${position.id}::uuid)`);
  } else {
    bounds.push(sql`(${column}${createdAt}) < (${value}${createdBefore?.toISOString() ?? "infinity"}::timestamptz)`);
  }
  return sql.join(bounds, sql` and `);
}

/** Whether a column has a value, in words by which the planner takes those that have it for many. */
function has(column: SQL, id: SQL, value: string): SQL {
  const [first, last] = ["00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff"];
  return sql`(${column}, ${id}) between (${value}, ${first}::uuid) and (${value}, ${last}::uuid)`;
}

/** What is looked at on the job itself, by whatever it was found. `coalesce` hides from the planner that there are indexes for it. */
function fits({ status, type, userId, tag }: JobFilter): SQL | undefined {
  const conditions: SQL[] = [];
  if (type !== undefined) conditions.push(sql`${jobs.type} = ${type}`);
  if (userId !== undefined) conditions.push(sql`${jobs.user_id} = ${userId}`);
  if (status !== undefined) conditions.push(inArray(jobs.status, [...status]));
  if (tag !== undefined) conditions.push(sql`${jobs.tags} @> array[${tag}]::text[]`);
  return conditions.length === 0 ? undefined : sql`coalesce(${and(...conditions)}, false)`;
}
