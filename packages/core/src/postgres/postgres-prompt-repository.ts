import type { Actor } from "../actor.ts";
import { newWriteId } from "../ids.ts";
import type { Job, JobEventKind } from "../jobs/job.ts";
import type { JobStatus } from "../jobs/job-status.ts";
import type { Json, JsonObject } from "../json.ts";
import { hasParked, holds, type LeaseAddress } from "../leases/lease.ts";
import { describeExpiry, hasOutcome, standsForItsQuestion } from "../prompts/expiry.ts";
import type { InboxEntry, InboxFilter, OpenPrompt, Prompt } from "../prompts/prompt.ts";
import type {
  Asking,
  AskOutcome,
  InboxPosition,
  OpenOutcome,
  PromptAddress,
  PromptInsert,
  PromptOutcome,
  PromptRefusal,
  PromptRepository,
  RespondOutcome,
  Response,
  Revision,
  Withdrawal,
} from "../prompts/prompt-repository.ts";
import { isReplay } from "../prompts/replay.ts";
import { answerPrompt } from "./answer-prompt.ts";
import type { Database, Queryable } from "./database.ts";
import { jobFromRow } from "./job-row.ts";
import { lockJob } from "./lock-job.ts";
import { moveJob } from "./move-job.ts";
import { promptFromRow } from "./prompt-row.ts";
import {
  closePrompt,
  closePromptsOfJob,
  findAnswerVersion,
  findKnownPrompt,
  findLatestOfKey,
  findLatestOfKeys,
  findLatestPrompt,
  findOpenPrompts,
  findOverduePrompts,
  findPrompt,
  findPromptToChange,
  insertPrompt,
  revisePrompt,
} from "./prompt-statements.ts";
import type { JobRow, PromptRow } from "./schema.ts";
import type { DatabaseTime } from "./time.ts";

interface PromptToChange extends PromptRow {
  readonly overdue: boolean;
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
    const { id, jobId, key } = prompt;
    return this.#database.transaction(async (tx) => {
      const [current] = await tx.query<JobRow>(lockJob, [jobId]);
      const [known] = await tx.query<PromptRow>(findKnownPrompt, [id, jobId, key]);
      if (known !== undefined) return { kind: "known", prompt: promptFromRow(known) };
      if (current === undefined || current.worker_id !== null || !allowedFrom.includes(current.status)) {
        return { kind: "refused", current: current && jobFromRow(current) };
      }
      return { kind: "opened", ...(await this.#insert(tx, prompt)) };
    });
  }

  async ask({ jobId, run, prompts }: Asking): Promise<AskOutcome> {
    return this.#database.transaction(async (tx) => {
      const [row] = await tx.query<JobRow>(lockJob, [jobId]);
      let job = row && jobFromRow(row);
      const isHeld = holds(job, run);
      const asked: Prompt[] = [];
      for (const prompt of prompts) {
        const [known] = await tx.query<PromptRow>(findLatestOfKey, [jobId, prompt.key]);
        const latest = known && promptFromRow(known);
        if (latest !== undefined && standsForItsQuestion(latest)) {
          asked.push(latest);
        } else {
          if (!isHeld) return { kind: "lost", current: job };
          const opened = await this.#insert(tx, prompt);
          asked.push(opened.prompt);
          job = opened.job;
        }
      }
      return isHeld || hasParked(job, run) ? { kind: "asked", prompts: asked, job } : { kind: "lost", current: job };
    });
  }

  async findOutcomes({ jobId, run }: LeaseAddress, keys: readonly string[]): Promise<Prompt[] | undefined> {
    const rows = await this.#database.query<PromptRow>(findLatestOfKeys, [jobId, run, keys]);
    const promptOf = new Map(rows.map((row) => [row.key, promptFromRow(row)]));
    const found = keys.map((key) => promptOf.get(key));
    return found.every((prompt) => prompt !== undefined && hasOutcome(prompt)) ? (found as Prompt[]) : undefined;
  }

  async find(id: string): Promise<Prompt | undefined> {
    const [row] = await this.#database.query<PromptRow>(findPrompt, [id]);
    return row && promptFromRow(row);
  }

  async openOf(jobId: string, type?: string): Promise<OpenPrompt[]> {
    const rows = await this.#database.query<PromptRow>(findOpenPrompts, [jobId, type ?? null]);
    return rows.map((row) => promptFromRow(row) as OpenPrompt);
  }

  async latestOf(jobId: string, type?: string, winningKey?: string): Promise<Prompt | undefined> {
    const [row] = await this.#database.query<PromptRow>(findLatestPrompt, [jobId, type ?? null, winningKey ?? null]);
    return row && promptFromRow(row);
  }

  async inbox(filter: InboxFilter, limit: number, position?: InboxPosition): Promise<InboxEntry[]> {
    // Loaded with the first inbox, as {@link PostgresJobRepository.list} loads lists.
    const { readInbox } = await import("./prompt-inbox.ts");
    return readInbox(this.#database, filter, { limit, position, at: this.#time() });
  }

  async respond(response: Response): Promise<RespondOutcome> {
    const accepted = await this.#answer(this.#database, response);
    if (accepted !== undefined) return accepted;
    return this.#change(response, async (tx, row) => {
      if (row?.response_outcome && isReplay(response, promptFromRow(row), row.response_key)) {
        const [answered] = await tx.query<{ version: number }>(findAnswerVersion, [row.job_id, row.id]);
        return { kind: "replayed", jobStatus: row.response_outcome, jobVersion: answered?.version ?? 1 };
      }
      if (!isChangeable(row, response.revision)) return refusalOf(row);
      return (await this.#answer(tx, response)) ?? refusalOf(row);
    });
  }

  async revise(revision: Revision): Promise<PromptOutcome> {
    return this.#change(revision, async (tx, row) => {
      if (!isChangeable(row, revision.revision)) return refusalOf(row);
      const [revised] = await tx.query<PromptRow>(revisePrompt, encodeRevision(revision, this.#time()));
      const job = await this.#move(tx, row, "pending_hitl", "prompt_revised", { digest: revision.digest }, revision.actor);
      return { kind: "applied", prompt: promptFromRow(revised as PromptRow), job };
    });
  }

  async withdraw({ reason, actor, ...address }: Withdrawal): Promise<PromptOutcome> {
    return this.#change(address, async (tx, row) => {
      if (!isChangeable(row, address.revision)) return refusalOf(row);
      const jobStatus = await statusAfter(tx, row);
      const prompt = await this.#close(tx, row, "withdrawn", null);
      const job = await this.#move(tx, row, jobStatus, "prompt_withdrawn", reason === null ? {} : { reason }, actor);
      return { kind: "applied", prompt, job };
    });
  }

  async overdue(limit: number): Promise<PromptAddress[]> {
    const rows = await this.#database.query<PromptRow>(findOverduePrompts, [limit, this.#time()]);
    return rows.map((row) => ({ promptId: row.id, jobId: row.job_id }));
  }

  async expire(address: PromptAddress, actor: Actor): Promise<PromptOutcome> {
    return this.#change(address, async (tx, row) => {
      if (!row?.overdue) return refusalOf(row);
      const { fails, response, data, error } = describeExpiry(promptFromRow(row));
      const jobStatus = fails ? "pending_hitl" : await statusAfter(tx, row);
      const prompt = await this.#close(tx, row, "expired", response);
      const moved = await this.#move(tx, row, jobStatus, "prompt_expired", data, actor);
      if (!fails) return { kind: "applied", prompt, job: moved };
      await tx.query(closePromptsOfJob, [row.job_id, this.#time()]);
      const failure = { jobId: row.job_id, status: "failed", kind: "failed", data: { error }, actor, error } as const;
      return { kind: "applied", prompt, job: await moveJob(tx, failure, this.#time()) };
    });
  }

  /** Runs a change in a transaction that holds the job's lock, on the prompt as it is then. */
  #change<Outcome>(address: PromptAddress, change: (tx: Queryable, row: PromptToChange | undefined) => Promise<Outcome>): Promise<Outcome> {
    return this.#database.transaction(async (tx) => {
      await tx.query(lockJob, [address.jobId]);
      const [row] = await tx.query<PromptToChange>(findPromptToChange, [address.promptId, this.#time()]);
      return change(tx, row);
    });
  }

  /** Answers, and returns undefined when there is more to it than that. */
  async #answer(on: Queryable, response: Response): Promise<RespondOutcome | undefined> {
    const { jobId, promptId, revision, value, idempotencyKey, actor } = response;
    const encoded = [JSON.stringify(value), idempotencyKey, actor.id, actor.via, newWriteId(), this.#time()];
    const [row] = await on.query<JobRow>(answerPrompt, [jobId, promptId, revision, ...encoded]);
    return row && { kind: "accepted", job: jobFromRow(row), jobStatus: row.status };
  }

  async #close(tx: Queryable, row: PromptRow, status: "withdrawn" | "expired", response: Json): Promise<Prompt> {
    const encoded = response === null ? null : JSON.stringify(response);
    const [closed] = await tx.query<PromptRow>(closePrompt, [row.id, status, encoded, this.#time()]);
    return promptFromRow(closed as PromptRow);
  }

  /** Opens a prompt, under the lock of its job. */
  async #insert(tx: Queryable, prompt: PromptInsert): Promise<{ prompt: OpenPrompt; job: Job }> {
    const { id: promptId, jobId, type, actor } = prompt;
    const [row] = await tx.query<PromptRow>(insertPrompt, encodePrompt(prompt, this.#time()));
    const move = { jobId, status: "pending_hitl", kind: "prompt_opened", data: { promptId, type }, actor } as const;
    return { prompt: promptFromRow(row as PromptRow) as OpenPrompt, job: await moveJob(tx, move, this.#time()) };
  }

  #move(tx: Queryable, row: PromptRow, status: JobStatus, kind: JobEventKind, data: JsonObject, actor: Actor): Promise<Job> {
    return moveJob(tx, { jobId: row.job_id, status, kind, data: { promptId: row.id, ...data }, actor }, this.#time());
  }
}

/** Whether the prompt is still the one that the caller decided about, and waits. */
function isChangeable(row: PromptToChange | undefined, revision: number): row is PromptToChange {
  return row !== undefined && row.status === "open" && !row.overdue && row.revision === revision;
}

function refusalOf(row: PromptToChange | undefined): PromptRefusal {
  return { kind: "refused", prompt: row && promptFromRow(row), overdue: row?.overdue ?? false };
}

/** What the job is once this open prompt is settled. */
async function statusAfter(tx: Queryable, row: PromptRow): Promise<JobStatus> {
  const open = await tx.query<PromptRow>(findOpenPrompts, [row.job_id, null]);
  return open.length > 1 ? "pending_hitl" : "running";
}

/** The values of {@link insertPrompt}. */
function encodePrompt(prompt: PromptInsert, at: string | null): unknown[] {
  const { id, jobId, key, type, title, body, data, responseSchema, digest, assignee, dueAt, onExpire, expiresInMs } = prompt;
  const schema = responseSchema && JSON.stringify(responseSchema);
  const due = dueAt?.toISOString() ?? null;
  return [
    id,
    jobId,
    key,
    type,
    title,
    body,
    JSON.stringify(data),
    schema,
    digest,
    assignee,
    due,
    JSON.stringify(onExpire),
    expiresInMs,
    at,
  ];
}

/** The values of {@link revisePrompt}. */
function encodeRevision(revision: Revision, at: string | null): unknown[] {
  const { promptId, content, digest, assignee, dueAt, expiresInMs, onExpire } = revision;
  const { title, body, data, responseSchema } = content;
  const schema = responseSchema && JSON.stringify(responseSchema);
  const due = dueAt?.toISOString() ?? null;
  const deadline = [expiresInMs !== undefined, expiresInMs ?? null];
  return [promptId, title, body, JSON.stringify(data), schema, digest, assignee, due, ...deadline, JSON.stringify(onExpire), at];
}
