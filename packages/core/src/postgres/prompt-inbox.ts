import { and, asc, eq, getTableColumns, lt, type SQL, sql } from "drizzle-orm";
import { QueryBuilder } from "drizzle-orm/pg-core";
import type { InboxEntry, InboxFilter } from "../prompts/prompt.ts";
import type { InboxPosition } from "../prompts/prompt-repository.ts";
import type { Queryable } from "./database.ts";
import { type InboxRow, inboxEntryFromRow } from "./prompt-row.ts";
import { runQuery } from "./run-query.ts";
import { jobs, prompts } from "./schema.ts";

/** What is not due at all comes last: the expression that the index has. */
const due = sql`coalesce(${prompts.due_at}, 'infinity'::timestamptz)`;

/** Open prompts after a position: due first, then oldest. Those whose deadline has passed only wait for the sweep. */
export async function readInbox(
  on: Queryable,
  filter: InboxFilter,
  { limit, position, at }: { limit: number; position: InboxPosition | undefined; at: string | null },
): Promise<InboxEntry[]> {
  const query = new QueryBuilder()
    .select({
      ...getTableColumns(prompts),
      job_type: sql`${jobs.type}`.as("job_type"),
      user_id: jobs.user_id,
      task_description: jobs.task_description,
    })
    .from(prompts)
    .innerJoin(jobs, eq(jobs.id, prompts.job_id))
    .where(
      and(
        eq(prompts.status, sql`'open'`),
        sql`(${prompts.expires_at} is null or ${prompts.expires_at} > coalesce(${at}::timestamptz, now()))`,
        position && isAfter(position),
        ...conditionsOf(filter),
      ),
    )
    .orderBy(due, asc(prompts.created_at), asc(prompts.id))
    .limit(limit);
  const rows = await runQuery<InboxRow>(on, query);
  return rows.map(inboxEntryFromRow);
}

function isAfter({ dueAt, createdAt, id }: InboxPosition): SQL {
  const position = sql`${dueAt?.toISOString() ?? "infinity"}::timestamptz, ${createdAt.toISOString()}::timestamptz, ${id}::uuid`;
  return sql`(${due}, ${prompts.created_at}, ${prompts.id}) > (${position})`;
}

function conditionsOf({ jobId, type, jobType, userId, assignee, dueBefore }: InboxFilter): SQL[] {
  const conditions: SQL[] = [];
  if (jobId !== undefined) conditions.push(eq(prompts.job_id, jobId));
  if (type !== undefined) conditions.push(eq(prompts.type, type));
  if (jobType !== undefined) conditions.push(eq(jobs.type, jobType));
  if (userId !== undefined) conditions.push(eq(jobs.user_id, userId));
  if (assignee !== undefined) conditions.push(eq(prompts.assignee, assignee));
  if (dueBefore !== undefined) conditions.push(lt(prompts.due_at, dueBefore));
  return conditions;
}
