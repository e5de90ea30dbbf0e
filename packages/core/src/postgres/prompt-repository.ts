import { and, asc, eq, getTableColumns, type SQL, sql } from "drizzle-orm";
import { QueryBuilder } from "drizzle-orm/pg-core";
import { newId } from "../ids.ts";
import type { JobEventKind } from "../jobs/job.ts";
import type { ListPosition } from "../jobs/job-repository.ts";
import type { JobStatus } from "../jobs/job-status.ts";
import type { JsonObject } from "../json.ts";
import type { InboxEntry, InboxFilter, OpenPrompt, Prompt } from "../prompts/prompt.ts";
import type { OpenOutcome, PromptInsert, PromptRepository, RespondOutcome, Response } from "../prompts/prompt-repository.ts";
import { isReplay } from "../prompts/replay.ts";
import type { Database, Queryable, Statement } from "./database.ts";
import { jobFromRow } from "./job-row.ts";
import { lockJob } from "./lock-job.ts";
import { type InboxRow, inboxEntryFromRow, promptFromRow } from "./prompt-row.ts";
import { runQuery } from "./run-query.ts";
import { type JobRow, jobs, type PromptRow, prompts } from "./schema.ts";
import type { DatabaseTime } from "./time.ts";

const findPrompt: Statement = { name: "find_prompt", text: "select * from prompts where id = $1" };
const findOpenPrompts: Statement = {
  name: "find_open_prompts",
  text: "select * from prompts where job_id = $1 and status = 'open' order by created_at, id",
};
const findLatestPrompt: Statement = {
  name: "find_latest_prompt",
  text: "select * from prompts where job_id = $1 order by created_at desc, id desc limit 1",
};
const insertPrompt: Statement = {
  name: "insert_prompt",
  text: `
    insert into prompts (id, job_id, type, title, body, data, status, created_at)
    values ($1, $2, $3, $4, $5, $6::jsonb, 'open', coalesce($7::timestamptz, now()))
    returning *`,
};
const answerPrompt: Statement = {
  name: "answer_prompt",
  text: `
    update prompts set
      status = 'answered', response = $2::jsonb, response_key = $3, responded_by = $4, responded_via = $5,
      responded_at = coalesce($6::timestamptz, now()), response_outcome = $7
    where id = $1 and status = 'open'`,
};

/** Moves a job whose lock is held, with its event. `$4`: kind, `$5`: data, `$6`, `$7`: who, `$8`: the write. */
const moveJob: Statement = {
  name: "move_job",
  text: `
    with moved as (
      update jobs set
        status = $2, version = version + 1,
        updated_at = greatest(updated_at, coalesce($3::timestamptz, now())),
        started_at = coalesce(started_at, $3::timestamptz, now())
      where id = $1
      returning *
    ),
    event as (
      insert into job_events (job_id, version, kind, data, actor, via, write_id, at)
      select id, version, $4, $5::jsonb, $6, $7, $8::uuid, updated_at from moved
    )
    select * from moved`,
};

interface Move {
  readonly jobId: string;
  readonly status: JobStatus;
  readonly kind: JobEventKind;
  readonly data: JsonObject;
  readonly actor: PromptInsert["actor"];
}

/** Prompts in PostgreSQL. Every change holds the row lock of the prompt's job from its first statement on. */
export class PostgresPromptRepository implements PromptRepository {
  readonly #database: Database;
  readonly #time: DatabaseTime;

  constructor(database: Database, time: DatabaseTime) {
    this.#database = database;
    this.#time = time;
  }

  async open(prompt: PromptInsert, allowedFrom: readonly JobStatus[]): Promise<OpenOutcome> {
    const { id, jobId, type, title, body, data, actor } = prompt;
    return this.#database.transaction(async (tx) => {
      const [current] = await tx.query<JobRow>(lockJob, [jobId]);
      if (current === undefined || !allowedFrom.includes(current.status)) {
        return { kind: "refused", current: current && jobFromRow(current) };
      }
      const values = [id, jobId, type, title, body, JSON.stringify(data), this.#time()];
      const [row] = await tx.query<PromptRow>(insertPrompt, values);
      const job = await this.#move(tx, { jobId, status: "pending_hitl", kind: "prompt_opened", data: { promptId: id, type }, actor });
      return { kind: "opened", prompt: promptFromRow(row as PromptRow) as OpenPrompt, job };
    });
  }

  async find(id: string): Promise<Prompt | undefined> {
    const [row] = await this.#database.query<PromptRow>(findPrompt, [id]);
    return row && promptFromRow(row);
  }

  async openOf(jobId: string): Promise<OpenPrompt[]> {
    const rows = await this.#database.query<PromptRow>(findOpenPrompts, [jobId]);
    return rows.map((row) => promptFromRow(row) as OpenPrompt);
  }

  async latestOf(jobId: string): Promise<Prompt | undefined> {
    const [row] = await this.#database.query<PromptRow>(findLatestPrompt, [jobId]);
    return row && promptFromRow(row);
  }

  async inbox(filter: InboxFilter, limit: number, position?: ListPosition): Promise<InboxEntry[]> {
    const after =
      position && sql`(${prompts.created_at}, ${prompts.id}) > (${position.createdAt.toISOString()}::timestamptz, ${position.id}::uuid)`;
    const query = new QueryBuilder()
      .select({
        ...getTableColumns(prompts),
        job_type: sql`${jobs.type}`.as("job_type"),
        user_id: jobs.user_id,
        task_description: jobs.task_description,
      })
      .from(prompts)
      .innerJoin(jobs, eq(jobs.id, prompts.job_id))
      .where(and(eq(prompts.status, "open"), after, ...conditionsOf(filter)))
      .orderBy(asc(prompts.created_at), asc(prompts.id))
      .limit(limit);
    const rows = await runQuery<InboxRow>(this.#database, query);
    return rows.map(inboxEntryFromRow);
  }

  async respond(response: Response): Promise<RespondOutcome> {
    const { promptId, jobId, value, idempotencyKey, actor } = response;
    return this.#database.transaction(async (tx) => {
      await tx.query(lockJob, [jobId]);
      const [row] = await tx.query<PromptRow>(findPrompt, [promptId]);
      if (row === undefined || row.status !== "open") return refuseOrReplay(row, response);
      const open = await tx.query<PromptRow>(findOpenPrompts, [jobId]);
      const jobStatus = open.length > 1 ? "pending_hitl" : "running";
      const at = this.#time();
      await tx.query(answerPrompt, [promptId, JSON.stringify(value), idempotencyKey, actor.id, actor.via, at, jobStatus]);
      const job = await this.#move(tx, { jobId, status: jobStatus, kind: "prompt_answered", data: { promptId }, actor });
      return { kind: "accepted", job, jobStatus };
    });
  }

  async #move(tx: Queryable, { jobId, status, kind, data, actor }: Move) {
    const values = [jobId, status, this.#time(), kind, JSON.stringify(data), actor.id, actor.via, newId()];
    const [row] = await tx.query<JobRow>(moveJob, values);
    return jobFromRow(row as JobRow);
  }
}

function refuseOrReplay(row: PromptRow | undefined, response: Response): RespondOutcome {
  const prompt = row && promptFromRow(row);
  if (row?.response_outcome && isReplay(response, prompt, row.response_key)) return { kind: "replayed", jobStatus: row.response_outcome };
  return { kind: "refused", prompt };
}

function conditionsOf(filter: InboxFilter): SQL[] {
  const conditions: SQL[] = [];
  if (filter.type !== undefined) conditions.push(eq(prompts.type, filter.type));
  if (filter.jobType !== undefined) conditions.push(eq(jobs.type, filter.jobType));
  if (filter.userId !== undefined) conditions.push(eq(jobs.user_id, filter.userId));
  return conditions;
}
