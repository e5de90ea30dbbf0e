import type { Actor } from "../actor.ts";
import type { Job, JobEventKind } from "../jobs/job.ts";
import type { ListPosition } from "../jobs/job-repository.ts";
import type { JobStatus } from "../jobs/job-status.ts";
import type { JsonObject } from "../json.ts";
import type { InboxEntry, InboxFilter, OpenPrompt, Prompt } from "../prompts/prompt.ts";
import type { OpenOutcome, PromptInsert, PromptRepository, RespondOutcome, Response } from "../prompts/prompt-repository.ts";
import { isReplay } from "../prompts/replay.ts";
import type { MemoryTables } from "./memory-tables.ts";

/** Prompts in this process alone. */
export class MemoryPromptRepository implements PromptRepository {
  readonly #tables: MemoryTables;

  constructor(tables: MemoryTables) {
    this.#tables = tables;
  }

  async open(insert: PromptInsert, allowedFrom: readonly JobStatus[]): Promise<OpenOutcome> {
    const { actor, ...fields } = insert;
    const current = this.#tables.jobs.get(insert.jobId);
    if (current === undefined || !allowedFrom.includes(current.status)) return { kind: "refused", current };
    const prompt: OpenPrompt = {
      ...structuredClone(fields),
      status: "open",
      response: null,
      respondedBy: null,
      respondedVia: null,
      respondedAt: null,
      createdAt: new Date(this.#tables.clock.nowMs()),
    };
    const stored = { prompt, responseKey: null, jobStatus: undefined };
    this.#tables.prompts.set(prompt.id, stored);
    this.#tables.extras.get(insert.jobId)?.prompts.push(stored);
    const job = this.#move(current, "pending_hitl", "prompt_opened", { promptId: prompt.id, type: prompt.type }, actor);
    return { kind: "opened", prompt, job };
  }

  async find(id: string): Promise<Prompt | undefined> {
    return this.#tables.prompts.get(id)?.prompt;
  }

  async openOf(jobId: string): Promise<OpenPrompt[]> {
    return (this.#tables.extras.get(jobId)?.prompts ?? []).map(({ prompt }) => prompt).filter(isOpen);
  }

  async latestOf(jobId: string): Promise<Prompt | undefined> {
    return this.#tables.extras.get(jobId)?.prompts.at(-1)?.prompt;
  }

  async inbox(filter: InboxFilter, limit: number, position?: ListPosition): Promise<InboxEntry[]> {
    const open = [...this.#tables.prompts.values()].map(({ prompt }) => prompt).filter(isOpen);
    return open
      .flatMap((prompt) => {
        const job = this.#tables.jobs.get(prompt.jobId);
        return job === undefined ? [] : [{ ...prompt, jobType: job.type, userId: job.userId, taskDescription: job.taskDescription }];
      })
      .filter((entry) => matchesFilter(entry, filter) && (position === undefined || oldestFirst(position, entry) < 0))
      .sort(oldestFirst)
      .slice(0, limit);
  }

  async respond(response: Response): Promise<RespondOutcome> {
    const { promptId, jobId, value, idempotencyKey, actor } = response;
    const stored = this.#tables.prompts.get(promptId);
    const current = this.#tables.jobs.get(jobId);
    if (stored?.prompt.status !== "open" || current === undefined) {
      const replayed = stored?.jobStatus !== undefined && isReplay(response, stored.prompt, stored.responseKey);
      return replayed ? { kind: "replayed", jobStatus: stored.jobStatus as JobStatus } : { kind: "refused", prompt: stored?.prompt };
    }
    const respondedAt = new Date(this.#tables.clock.nowMs());
    const answer = { response: structuredClone(value), respondedBy: actor.id, respondedVia: actor.via, respondedAt };
    stored.prompt = { ...stored.prompt, ...answer, status: "answered" };
    stored.responseKey = idempotencyKey;
    const others = this.#tables.extras.get(jobId)?.prompts.some(({ prompt }) => prompt.status === "open");
    stored.jobStatus = others ? "pending_hitl" : "running";
    const job = this.#move(current, stored.jobStatus, "prompt_answered", { promptId }, actor);
    return { kind: "accepted", job, jobStatus: stored.jobStatus };
  }

  #move(job: Job, status: JobStatus, kind: JobEventKind, data: JsonObject, actor: Actor): Job {
    const now = new Date(this.#tables.clock.nowMs());
    const moved = { ...job, status, version: job.version + 1, updatedAt: now, startedAt: job.startedAt ?? now } as Job;
    return this.#tables.write(moved, { kind, data, actor });
  }
}

function isOpen(prompt: Prompt): prompt is OpenPrompt {
  return prompt.status === "open";
}

function matchesFilter(entry: InboxEntry, { type, jobType, userId }: InboxFilter): boolean {
  return (
    (type === undefined || entry.type === type) &&
    (jobType === undefined || entry.jobType === jobType) &&
    (userId === undefined || entry.userId === userId)
  );
}

function oldestFirst(a: ListPosition, b: ListPosition): number {
  return a.createdAt.getTime() - b.createdAt.getTime() || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
}
