import { and, inArray, type SQL, type SQLWrapper, sql } from "drizzle-orm";
import type { JobFilter } from "../jobs/job.ts";
import type { ListPosition } from "../jobs/job-repository.ts";
import type { JobStatus } from "../jobs/job-status.ts";
import { columnsOfJobs } from "./job-row.ts";
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
  /** Which entries are its own: what the index begins with, and the condition that the index may have. */
  readonly key?: { readonly column: SQL; readonly value: string; readonly condition?: SQL };
  /** What the last columns of the index tell: an entry that does not fit is passed over without a look at its job. */
  readonly narrowing?: SQL | undefined;
}

const inJobs = { entries: sql`${jobs}`, withJobs: sql`${jobs}`, createdAt: sql`${jobs.created_at}`, id: sql`${jobs.id}` };

const inTags = {
  entries: sql`${jobTags}`,
  // One after the other: the planner could else read the jobs of all entries first, and sort.
  withJobs: sql`${jobTags} cross join lateral (select * from ${jobs} where ${jobs.id} = ${jobTags.job_id} offset 0) as ${jobs}`,
  createdAt: sql`${jobTags.created_at}`,
  id: sql`${jobTags.job_id}`,
};

export const byCreation: ListSource = inJobs;

const columns = sql.raw(columnsOfJobs);

/**
 * The indexes that can serve these filters, not counting the status. When every job that is wanted rests (is neither in the queue
 * nor with a worker), it leaves out the tag, and without a tag the type: {@link restingSources} find fewer rows for those.
 */
export function filterSources({ tag, userId, type }: JobFilter, allRest: boolean): ListSource[] {
  const sources: ListSource[] = [];
  if (tag !== undefined && !allRest) {
    sources.push({ ...inTags, key: { column: sql`${jobTags.tag}`, value: tag }, narrowing: hasUserAndType(jobTags, { userId, type }) });
  }
  if (userId !== undefined) {
    const key = { column: sql`${jobs.user_id}`, value: userId, condition: sql`${jobs.user_id} is not null` };
    sources.push({ ...inJobs, key, narrowing: narrowedTo({ type }) });
  }
  if (type !== undefined && !(allRest && tag === undefined)) sources.push({ ...inJobs, key: { column: sql`${jobs.type}`, value: type } });
  return sources;
}

/** The jobs of each status that neither the queue nor a worker has. None with completed jobs among the statuses. */
export function restingSources({ status = [], ...filter }: JobFilter): ListSource[] {
  if (status.includes("completed")) return [];
  return [...new Set(status)].map((one) => restingSource(one, filter));
}

/** By tag, else by type, else by the status alone. */
function restingSource(status: JobStatus, { tag, type, userId }: JobFilter): ListSource {
  if (tag !== undefined) {
    const key = { column: sql`${jobTags.resting_tag}`, value: `${status} ${tag}`, condition: sql`${jobTags.resting_tag} is not null` };
    return { ...inTags, key, narrowing: hasUserAndType(jobTags, { userId, type }) };
  }
  const column = type === undefined ? sql`${jobs.resting_status}` : sql`(${jobs.resting_status} || ' ' || ${jobs.type})`;
  const value = type === undefined ? status : `${status} ${type}`;
  const key = { column, value, condition: sql`${jobs.resting_status} is not null` };
  return { ...inJobs, key, narrowing: narrowedTo({ userId }) };
}

/** The SQL of the next jobs of a source that fit, newest first; of its next `looks` entries if that is given. */
export function pageOf(source: ListSource, wanted: Wanted, limit: number, looks?: number): SQL {
  const read = (condition: SQL | undefined, count: number) => sql`
    select ${columns} from ${source.withJobs}
    where ${and(entriesWithin(wanted, source), source.narrowing, condition)}
    ${inOrder(source)} limit ${unseen(count)}`;
  if (looks === undefined) return sql`select * from (${read(fits(wanted.filter), limit)}) as ${jobs} limit ${limit}`;
  return newestOf(sql`select * from (${read(undefined, looks)}) as ${jobs} where ${and(sql`true`, fits(wanted.filter))}`, limit);
}

/** SQL: when the entry after the first `depth` was created, in seconds since 1970; `-infinity` when there are no more. */
export function reachOf(source: ListSource, wanted: Wanted, depth: number | SQL): SQL {
  const next = sql`
    select ${source.createdAt} as at from ${source.entries} where ${entriesWithin(wanted, source)}
    ${inOrder(source)} limit ${unseen(sql`${depth} + 1`)}`;
  return sql`coalesce(extract(epoch from (select at from (${next}) as next offset ${depth} limit 1)), '-infinity')::float8`;
}

/** The SQL of the newest of some jobs. */
export function newestOf(some: SQL, limit: number): SQL {
  return sql`select * from (${some}) as ${jobs} ${inOrder(byCreation)} limit ${limit}`;
}

/** The SQL of the newest jobs with some ids that fit, in no order. They are sorted by what an entry has, and not with all their columns. */
export function newestWithIds(ids: SQL, wanted: Wanted, limit: number): SQL {
  const within = and(sql`${jobs.id} = any (array(${ids}))`, entriesWithin(wanted, byCreation), fits(wanted.filter));
  const newest = sql`select ${jobs.id} from ${jobs} where ${within} ${inOrder(byCreation)} limit ${limit}`;
  return sql`select ${columns} from ${jobs} where ${jobs.id} = any (array(${newest}))`;
}

/** The source's own entries between the bounds of the list. With the key in the bounds and in the order of the page no other index will do. */
function entriesWithin({ filter: { createdAfter, createdBefore }, position }: Wanted, { key, createdAt, id }: ListSource): SQL {
  const [column, value] = key ? [sql`${key.column}, `, sql`${key.value}, `] : [sql``, sql``];
  const instant = (date: Date) => sql`${value}${date.toISOString()}::timestamptz`;
  const isLastPosition = position && !(createdBefore && createdBefore <= position.createdAt);
  const bounds = [
    createdAfter ? sql`(${column}${createdAt}) >= (${instant(createdAfter)})` : key && sql`${key.column} >= ${key.value}`,
    isLastPosition
      ? sql`(${column}${createdAt}, ${id}) < (${instant(position.createdAt)}, ${position.id}::uuid)`
      : createdBefore
        ? sql`(${column}${createdAt}) < (${instant(createdBefore)})`
        : key && sql`${key.column} <= ${key.value}`,
    // The planner does not see it in the bounds.
    key?.condition,
  ];
  return and(sql`true`, ...bounds) as SQL;
}

function inOrder({ key, createdAt, id }: ListSource): SQL {
  return sql`order by ${key ? sql`${key.column} desc, ` : sql``}${createdAt} desc, ${id} desc`;
}

/**
 * How many rows are wanted, where the planner does not see it. It knows neither how many jobs of a filter there are, at least in
 * an embedded database, nor how few have two things that are both frequent, and would read all of them, and sort. Now it takes
 * what is wanted for a tenth, and reads in order. A limit around that, which it sees, tells it that this is cheap: it
 * would else compile the query.
 */
function unseen(count: number | SQL): SQL {
  return sql`(select ${count}::integer)`;
}

/** As the last columns of an index of jobs have it. Their collation keeps the planner from the index that begins with one of them. */
export function narrowedTo({ userId, type }: Pick<JobFilter, "userId" | "type">): SQL | undefined {
  return hasUserAndType({ user_id: sql`${jobs.user_id} collate "C"`, type: sql`${jobs.type} collate "C"` }, { userId, type });
}

function hasUserAndType(column: Record<"user_id" | "type", SQLWrapper>, { userId, type }: JobFilter): SQL | undefined {
  return and(
    userId === undefined ? undefined : sql`${column.user_id} = ${userId}`,
    type === undefined ? undefined : sql`${column.type} = ${type}`,
  );
}

/** What is looked at on the job itself, by whatever it was found. `coalesce` hides from the planner that there are indexes for it. */
function fits({ status, tag, ...filter }: JobFilter): SQL | undefined {
  const condition = and(
    hasUserAndType(jobs, filter),
    status && inArray(jobs.status, [...status]),
    tag === undefined ? undefined : sql`${jobs.tags} @> array[${tag}]::text[]`,
  );
  return condition && sql`coalesce(${condition}, false)`;
}
