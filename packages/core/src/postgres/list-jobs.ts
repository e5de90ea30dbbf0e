import { sql } from "drizzle-orm";
import type { JobFilter } from "../jobs/job.ts";
import type { ListPosition } from "../jobs/job-repository.ts";
import type { Queryable } from "./database.ts";
import type { JobColumns } from "./job-row.ts";
import { byCreation, filterSources, type ListSource, newestOf, pageOf, reachOf, restingSources, type Wanted } from "./list-sources.ts";
import { runQuery } from "./run-query.ts";
import { countStanding, isOfStanding, standingJobs } from "./standing-jobs.ts";

/** So many entries of each source tell which of them is the rarest: more than a user creates in one go. */
const depth = 1_000;

/** So many entries are passed over by index while one job is looked at. */
const entriesPerLook = 10;

/** As long as no more jobs stand in the queue or have a worker, a list of pending or running jobs looks at all of them. */
export const fewStanding = 2_500;

/** When more do, a page of them is soon full. One that is not after so many looks is read from all of them, or from all of a filter. */
const looks = 2_000;

/**
 * The jobs of a page, newest first.
 *
 * Each filter has an index in the order of the list. Of several filters the page is read by the rarest: that whose entries
 * reach back farthest, or end. The planner does not know which that is, since it does not know what filters
 * have to do with each other: it is looked up, and the planner is left no choice.
 *
 * Nearly all jobs are completed, and no index has them: with them among the statuses, the status is looked at on each job.
 */
export async function listJobs(on: Queryable, filter: JobFilter, limit: number, position?: ListPosition): Promise<JobColumns[]> {
  const wanted = { filter, position };
  const resting = restingSources(filter);
  const mayStand = resting.length > 0 && filter.status?.some(isOfStanding) === true;
  const sources = filterSources(filter, resting.length > 0 && !mayStand);
  const readBy = (source: ListSource, looks?: number) => runQuery<JobColumns>(on, pageOf(source, wanted, limit, looks));
  const readByStatus = () => {
    const pages = resting.map((source) => sql`(${pageOf(source, wanted, limit)})`);
    if (mayStand) pages.push(standingJobs(wanted, limit));
    return runQuery<JobColumns>(on, newestOf(sql.join(pages, sql` union all `), limit));
  };
  if (resting.length === 0 && sources.length < 2) return readBy(sources[0] ?? byCreation);
  if (sources.length === 0 && !mayStand) return readByStatus();

  const { rarities, standing } = await lookInto(on, [...sources, ...resting], wanted, mayStand);
  const rarity = Math.max(...rarities.slice(0, sources.length));
  const rarest = sources[rarities.indexOf(rarity)] ?? byCreation;
  const rarityByStatus = Math.min(...rarities.slice(sources.length));
  if (resting.length === 0 || rarity === Number.POSITIVE_INFINITY) return readBy(rarest);
  // To read by status is to read one index for each that rests, and all jobs that are in the queue or have a worker.
  if (standing <= fewStanding) return rarity > rarityByStatus ? readBy(rarest) : readByStatus();
  const page = await readBy(rarest, looks);
  if (page.length === limit) return page;
  return (await hasFewerThanStand(on, rarest, wanted)) ? readBy(rarest) : readByStatus();
}

/** How rare the entries of each source are, infinitely if it has few; and how many jobs stand in the queue or have a worker. */
async function lookInto(on: Queryable, sources: readonly ListSource[], wanted: Wanted, mayStand: boolean) {
  const reaches = sources.map((source) => reachOf(source, wanted, depth));
  const standing = mayStand ? countStanding(wanted.filter, fewStanding + 1) : sql`0`;
  const [row] = await runQuery<{ newest: number; reaches: readonly number[]; standing: number }>(
    on,
    sql`select ${reachOf(byCreation, wanted, 0)} as newest, array[${sql.join(reaches, sql`, `)}] as reaches, ${standing} as standing`,
  );
  const { newest, reaches: ends, standing: count } = row as NonNullable<typeof row>;
  const rarities = ends.map((end, index) =>
    end === Number.NEGATIVE_INFINITY
      ? Number.POSITIVE_INFINITY
      : (newest - end) * (sources[index]?.narrowing === undefined ? 1 : entriesPerLook),
  );
  return { rarities, standing: count };
}

async function hasFewerThanStand(on: Queryable, source: ListSource, wanted: Wanted): Promise<boolean> {
  const [row] = await runQuery<{ reach: number }>(on, sql`select ${reachOf(source, wanted, countStanding(wanted.filter))} as reach`);
  return row?.reach === Number.NEGATIVE_INFINITY;
}
