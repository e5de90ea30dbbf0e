import { and, type SQL, sql } from "drizzle-orm";
import type { InboxEntry, InboxFilter } from "../prompts/prompt.ts";
import type { InboxPosition } from "../prompts/prompt-repository.ts";
import type { Queryable } from "./database.ts";
import { narrowedTo } from "./list-sources.ts";
import { type InboxRow, inboxEntryFromRow } from "./prompt-row.ts";
import { runQuery } from "./run-query.ts";
import { jobs, prompts } from "./schema.ts";

/** As long as no more jobs wait of a user or a type, a page is sorted out of their prompts. */
export const fewWaiting = 500;

/** What is not due at all comes last: the expression that the index has. */
const due = sql`coalesce(${prompts.due_at}, 'infinity'::timestamptz)`;

/** One job after the other, as the prompts come: the planner could else read the jobs of all of them first. */
const itsJob = sql`cross join lateral (select * from ${jobs} where ${jobs.id} = ${prompts.job_id} offset 0) as ${jobs}`;

/**
 * Open prompts after a position: due first, then oldest. Those whose deadline has passed only wait for the sweep.
 *
 * What a filter asks of the job, no index of prompts knows. A job with an open prompt waits, and those that wait have an index
 * with their user and type: if few fit, the page is made of their prompts; if many do, it is soon full in its order.
 */
export async function readInbox(
  on: Queryable,
  filter: InboxFilter,
  { limit, position, at }: { limit: number; position: InboxPosition | undefined; at: string | null },
): Promise<InboxEntry[]> {
  const ofPrompt = [
    sql`${prompts.status} = 'open'`,
    sql`(${prompts.expires_at} is null or ${prompts.expires_at} > coalesce(${at}::timestamptz, now()))`,
    position && isAfter(position),
    ...conditionsOnPrompt(filter),
  ];
  const ofJob = narrowedTo({ type: filter.jobType, userId: filter.userId });
  const isOrdered = ofJob !== undefined && (filter.jobId !== undefined || !(await doFewWait(on, ofJob)));
  if (ofJob !== undefined && !isOrdered) ofPrompt.push(sql`${prompts.job_id} = any (array(select ${jobs.id} from ${waiting(ofJob)}))`);

  const select = sql`select ${prompts}.*, ${jobs.type} as job_type, ${jobs.user_id}, ${jobs.task_description}`;
  const page = sql`order by ${due}, ${prompts.created_at}, ${prompts.id} limit ${limit}`;
  const query = isOrdered
    ? // `coalesce` hides from the planner how few jobs may fit: it would read all prompts, and sort.
      sql`${select} from ${prompts} ${itsJob} where ${and(...ofPrompt)} and coalesce(${ofJob}, false) ${page}`
    : sql`${select} from (select * from ${prompts} where ${and(...ofPrompt)} ${page}) as ${prompts} ${itsJob} ${page}`;
  const rows = await runQuery<InboxRow>(on, query);
  return rows.map(inboxEntryFromRow);
}

async function doFewWait(on: Queryable, ofJob: SQL): Promise<boolean> {
  const query = sql`select count(*)::integer as count from (select from ${waiting(ofJob)} limit ${fewWaiting + 1}) as counted`;
  const [row] = await runQuery<{ count: number }>(on, query);
  return Number(row?.count) <= fewWaiting;
}

function waiting(ofJob: SQL): SQL {
  return sql`${jobs} where ${jobs.resting_status} = 'pending_hitl' and ${ofJob}`;
}

function isAfter({ dueAt, createdAt, id }: InboxPosition): SQL {
  const position = sql`${dueAt?.toISOString() ?? "infinity"}::timestamptz, ${createdAt.toISOString()}::timestamptz, ${id}::uuid`;
  return sql`(${due}, ${prompts.created_at}, ${prompts.id}) > (${position})`;
}

function conditionsOnPrompt({ jobId, type, assignee, dueBefore }: InboxFilter): SQL[] {
  const conditions: SQL[] = [];
  if (jobId !== undefined) conditions.push(sql`${prompts.job_id} = ${jobId}::uuid`);
  if (type !== undefined) conditions.push(sql`${prompts.type} = ${type}`);
  if (assignee !== undefined) conditions.push(sql`${prompts.assignee} = ${assignee}`);
  if (dueBefore !== undefined) conditions.push(sql`${due} < ${dueBefore.toISOString()}::timestamptz`);
  return conditions;
}
