import type { Actor } from "../actor.ts";
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
import { inboxOrder, matchesInbox } from "./memory-inbox.ts";
import type { MemoryTables, StoredPrompt } from "./memory-tables.ts";

type StoredOpenPrompt = StoredPrompt & { prompt: OpenPrompt };

/** Prompts in this process alone. Each method does its work in one turn of the event loop. */
export class MemoryPromptRepository implements PromptRepository {
  readonly #tables: MemoryTables;

  constructor(tables: MemoryTables) {
    this.#tables = tables;
  }

  async open(insert: PromptInsert, allowedFrom: readonly JobStatus[]): Promise<OpenOutcome> {
    const known = this.#tables.prompts.get(insert.id) ?? this.#openOfKey(insert);
    if (known !== undefined) return { kind: "known", prompt: known.prompt };
    const current = this.#tables.jobs.get(insert.jobId);
    if (current === undefined || current.workerId !== null || !allowedFrom.includes(current.status)) return { kind: "refused", current };
    return { kind: "opened", ...this.#insert(insert) };
  }

  async ask({ jobId, run, prompts }: Asking): Promise<AskOutcome> {
    const current = this.#tables.jobs.get(jobId);
    const known = prompts.map(({ key }) => this.#latestOfKey(jobId, key));
    const standing = known.map((prompt) => (prompt !== undefined && standsForItsQuestion(prompt) ? prompt : undefined));
    const isRepetition = hasParked(current, run) && !standing.includes(undefined);
    if (!holds(current, run) && !isRepetition) return { kind: "lost", current };
    const asked = standing.map((prompt, index) => prompt ?? this.#insert(prompts[index] as PromptInsert).prompt);
    return { kind: "asked", prompts: asked, job: this.#tables.jobs.get(jobId) };
  }

  async findOutcomes({ jobId, run }: LeaseAddress, keys: readonly string[]): Promise<Prompt[] | undefined> {
    if (!holds(this.#tables.jobs.get(jobId), run)) return undefined;
    const known = keys.map((key) => this.#latestOfKey(jobId, key));
    return known.every((prompt) => prompt !== undefined && hasOutcome(prompt)) ? (known as Prompt[]) : undefined;
  }

  #insert(insert: PromptInsert): { prompt: OpenPrompt; job: Job } {
    const { actor, expiresInMs, ...fields } = insert;
    const prompt: OpenPrompt = {
      ...structuredClone(fields),
      round: this.#roundOf(insert),
      revision: 1,
      expiresAt: this.#deadline(expiresInMs),
      status: "open",
      response: null,
      respondedBy: null,
      respondedVia: null,
      respondedAt: null,
      createdAt: this.#now(),
      closedAt: null,
    };
    const stored = { prompt, responseKey: null, outcome: undefined };
    this.#tables.prompts.set(prompt.id, stored);
    this.#tables.extras.get(insert.jobId)?.prompts.push(stored);
    const job = this.#move(prompt, "pending_hitl", { kind: "prompt_opened", data: { type: prompt.type }, actor });
    return { prompt, job };
  }

  async find(id: string): Promise<Prompt | undefined> {
    return this.#tables.prompts.get(id)?.prompt;
  }

  async openOf(jobId: string, type?: string): Promise<OpenPrompt[]> {
    return this.#promptsOf(jobId, type).filter(isOpen);
  }

  async latestOf(jobId: string, type?: string, winningKey?: string): Promise<Prompt | undefined> {
    const prompts = this.#promptsOf(jobId, type);
    if (winningKey === undefined) return prompts.at(-1);
    return prompts.findLast(({ id }) => this.#tables.prompts.get(id)?.responseKey === winningKey);
  }

  async inbox(filter: InboxFilter, limit: number, position?: InboxPosition): Promise<InboxEntry[]> {
    const open = [...this.#tables.prompts.values()].map(({ prompt }) => prompt).filter(isOpen);
    return open
      .flatMap((prompt) => {
        const job = this.#tables.jobs.get(prompt.jobId);
        if (job === undefined || this.#isOverdue(prompt)) return [];
        return [{ ...prompt, jobType: job.type, userId: job.userId, taskDescription: job.taskDescription }];
      })
      .filter((entry) => matchesInbox(entry, filter) && (position === undefined || inboxOrder(position, entry) < 0))
      .sort(inboxOrder)
      .slice(0, limit);
  }

  async respond(response: Response): Promise<RespondOutcome> {
    const { promptId, value, idempotencyKey, actor } = response;
    const stored = this.#tables.prompts.get(promptId);
    if (stored?.outcome !== undefined && isReplay(response, stored.prompt, stored.responseKey)) {
      return { kind: "replayed", ...stored.outcome };
    }
    if (!this.#isChangeable(stored, response.revision)) return this.#refusalOf(stored);
    const answer = { response: structuredClone(value), respondedBy: actor.id, respondedVia: actor.via, respondedAt: this.#now() };
    const jobStatus = this.#statusAfter(stored.prompt);
    stored.responseKey = idempotencyKey;
    Object.assign(stored, { prompt: { ...stored.prompt, ...answer, status: "answered" } });
    const event = { kind: "prompt_answered", data: { digest: stored.prompt.digest }, actor } as const;
    const job = this.#move(stored.prompt, jobStatus, event);
    stored.outcome = { jobStatus, jobVersion: job.version };
    return { kind: "accepted", job, jobStatus };
  }

  async revise({ promptId, content, digest, assignee, dueAt, expiresInMs, onExpire, revision, actor }: Revision): Promise<PromptOutcome> {
    const stored = this.#tables.prompts.get(promptId);
    if (!this.#isChangeable(stored, revision)) return this.#refusalOf(stored);
    const expiresAt = expiresInMs === undefined ? stored.prompt.expiresAt : this.#deadline(expiresInMs);
    const terms = { digest, assignee, dueAt, expiresAt, onExpire: structuredClone(onExpire) };
    stored.prompt = { ...stored.prompt, ...structuredClone(content), ...terms, revision: revision + 1 };
    const job = this.#move(stored.prompt, "pending_hitl", { kind: "prompt_revised", data: { digest }, actor });
    return { kind: "applied", prompt: stored.prompt, job };
  }

  async withdraw({ promptId, revision, reason, actor }: Withdrawal): Promise<PromptOutcome> {
    const stored = this.#tables.prompts.get(promptId);
    if (!this.#isChangeable(stored, revision)) return this.#refusalOf(stored);
    const jobStatus = this.#statusAfter(stored.prompt);
    const prompt = this.#close(stored, "withdrawn", null);
    const job = this.#move(prompt, jobStatus, { kind: "prompt_withdrawn", data: reason === null ? {} : { reason }, actor });
    return { kind: "applied", prompt, job };
  }

  async overdue(limit: number): Promise<PromptAddress[]> {
    return [...this.#tables.prompts.values()]
      .map(({ prompt }) => prompt)
      .filter((prompt) => this.#isOverdue(prompt))
      .sort((a, b) => Number(a.expiresAt) - Number(b.expiresAt) || (a.id < b.id ? -1 : 1))
      .slice(0, limit)
      .map(({ id, jobId }) => ({ promptId: id, jobId }));
  }

  async expire({ promptId }: PromptAddress, actor: Actor): Promise<PromptOutcome> {
    const stored = this.#tables.prompts.get(promptId);
    if (stored === undefined || !this.#isOverdue(stored.prompt)) return this.#refusalOf(stored);
    const { fails, response, data, error } = describeExpiry(stored.prompt);
    const jobStatus = fails ? "pending_hitl" : this.#statusAfter(stored.prompt);
    const prompt = this.#close(stored, "expired", response);
    const job = this.#move(prompt, jobStatus, { kind: "prompt_expired", data, actor });
    if (!fails) return { kind: "applied", prompt, job };
    this.#tables.closePrompts(job.id);
    const failed = { ...job, status: "failed", version: job.version + 1, error, completedAt: job.updatedAt, deadlineAt: null } as Job;
    return { kind: "applied", prompt, job: this.#tables.write(failed, { kind: "failed", data: { error }, actor }) };
  }

  #promptsOf(jobId: string, type?: string): Prompt[] {
    const prompts = (this.#tables.extras.get(jobId)?.prompts ?? []).map(({ prompt }) => prompt);
    return type === undefined ? prompts : prompts.filter((prompt) => prompt.type === type);
  }

  #latestOfKey(jobId: string, wanted: string | null): Prompt | undefined {
    return this.#promptsOf(jobId).findLast(({ key }) => key === wanted);
  }

  #openOfKey({ jobId, key }: PromptInsert): StoredPrompt | undefined {
    if (key === null) return undefined;
    return this.#tables.extras.get(jobId)?.prompts.find(({ prompt }) => prompt.key === key && prompt.status === "open");
  }

  #roundOf({ jobId, key }: PromptInsert): number {
    if (key === null) return 1;
    return 1 + Math.max(0, ...this.#promptsOf(jobId).map((prompt) => (prompt.key === key ? prompt.round : 0)));
  }

  #now(): Date {
    return new Date(this.#tables.clock.nowMs());
  }

  #deadline(expiresInMs: number | null): Date | null {
    return expiresInMs === null ? null : new Date(this.#tables.clock.nowMs() + expiresInMs);
  }

  #isOverdue({ status, expiresAt }: Prompt): boolean {
    return status === "open" && expiresAt !== null && expiresAt.getTime() <= this.#tables.clock.nowMs();
  }

  /** Whether the prompt is still the one that the caller decided about, and waits. */
  #isChangeable(stored: StoredPrompt | undefined, revision: number): stored is StoredOpenPrompt {
    if (stored === undefined) return false;
    const { prompt } = stored;
    return prompt.status === "open" && !this.#isOverdue(prompt) && prompt.revision === revision;
  }

  #refusalOf(stored: StoredPrompt | undefined): PromptRefusal {
    return { kind: "refused", prompt: stored?.prompt, overdue: stored !== undefined && this.#isOverdue(stored.prompt) };
  }

  /** What the job is once this open prompt is settled. */
  #statusAfter({ id, jobId }: Prompt): JobStatus {
    return this.#promptsOf(jobId).some((prompt) => prompt.status === "open" && prompt.id !== id) ? "pending_hitl" : "running";
  }

  #close(stored: StoredPrompt, status: "withdrawn" | "expired", response: Json): Prompt {
    const closed = { ...stored.prompt, status, response: structuredClone(response), closedAt: this.#now() } as Prompt;
    stored.prompt = closed;
    return closed;
  }

  #move({ id, jobId }: Prompt, status: JobStatus, event: { kind: JobEventKind; data: JsonObject; actor: Actor }): Job {
    const job = this.#tables.jobs.get(jobId) as Job;
    const now = this.#now();
    const moved = {
      ...job,
      ...this.#place(job, status),
      status,
      version: job.version + 1,
      updatedAt: now,
      startedAt: job.startedAt ?? now,
    } as Job;
    return this.#tables.write(moved, { ...event, data: { promptId: id, ...event.data } });
  }
  /** A job that runs on goes back to its old place in the queue, if it wants a worker; before that it stands nowhere. */
  #place({ id, workerId, createdAt }: Job, status: JobStatus): Pick<Job, "workerId" | "availableAt"> {
    const extras = this.#tables.extras.get(id);
    if (extras === undefined) return { workerId: null, availableAt: null };
    extras.lease = undefined;
    if (status === "pending_hitl") extras.parkedBy = workerId ?? extras.parkedBy;
    if (status !== "running" || !extras.wantsWorker) return { workerId: null, availableAt: null };
    this.#tables.reserve(id, extras.parkedBy, createdAt);
    extras.parkedBy = null;
    return { workerId: null, availableAt: createdAt };
  }
}

function isOpen(prompt: Prompt): prompt is OpenPrompt {
  return prompt.status === "open";
}
