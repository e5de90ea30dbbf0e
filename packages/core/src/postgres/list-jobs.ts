import { and, arrayContains, desc, eq, gte, inArray, lt, type SQL, sql } from "drizzle-orm";
import { QueryBuilder } from "drizzle-orm/pg-core";
import type { JobFilter } from "../jobs/job.ts";
import type { ListPosition } from "../jobs/job-repository.ts";
import type { BuiltQuery } from "./run-query.ts";
import { jobs } from "./schema.ts";

const newestFirst = [desc(jobs.created_at), desc(jobs.id)] as const;

/**
 * The jobs of a page, newest first.
 *
 * Several statuses are read one by one and merged: their index has the order of the list only within a status.
 * Completed jobs are not in it; with them among the statuses, a page is soon full in the order of creation.
 */
export function listJobs({ status, ...filter }: JobFilter, limit: number, position?: ListPosition): BuiltQuery {
  const pageOf = (statuses: JobFilter["status"]) =>
    new QueryBuilder()
      .select()
      .from(jobs)
      .where(and(statuses && inArray(jobs.status, [...statuses]), ...conditionsOf(filter), position && isAfter(position)))
      .orderBy(...newestFirst)
      .limit(limit);
  const statuses = new Set(status);
  if (statuses.size < 2 || statuses.has("completed")) return pageOf(status);
  const pages = sql.join(
    [...statuses].map((one) => sql`${pageOf([one])}`),
    sql` union all `,
  );
  return new QueryBuilder()
    .select({ all: sql`*` })
    .from(sql`(${pages}) as ${jobs}`)
    .orderBy(...newestFirst)
    .limit(limit);
}

function isAfter({ createdAt, id }: ListPosition): SQL {
  return sql`(${jobs.created_at}, ${jobs.id}) < (${createdAt.toISOString()}::timestamptz, ${id}::uuid)`;
}

function conditionsOf({ type, userId, tag, createdAfter, createdBefore }: JobFilter): SQL[] {
  const conditions: SQL[] = [];
  if (type !== undefined) conditions.push(eq(jobs.type, type));
  if (userId !== undefined) conditions.push(eq(jobs.user_id, userId));
  if (tag !== undefined) conditions.push(arrayContains(jobs.tags, [tag]));
  // It is the condition of the index of tags, which is not there for the planner without it: the jobs of a user are read in
  // the order of the list, where that index would first collect all jobs of a tag that many have.
  if (tag !== undefined && userId === undefined) conditions.push(sql`${jobs.tags} <> '{}'`);
  if (createdAfter !== undefined) conditions.push(gte(jobs.created_at, createdAfter));
  if (createdBefore !== undefined) conditions.push(lt(jobs.created_at, createdBefore));
  return conditions;
}
