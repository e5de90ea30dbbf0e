import { isDeepStrictEqual } from "node:util";
import type { Fleet } from "../fleet.ts";
import type { Job, JobEvent } from "../jobs/job.ts";
import { isFinal, type JobStatus, jobTransitions } from "../jobs/job-status.ts";
import type { Json } from "../json.ts";
import type { Prompt, ResponseReceipt } from "../prompts/prompt.ts";

const finalKinds: readonly string[] = ["completed", "failed", "cancelled"];

/** How the history says that a prompt was settled, and the status that belongs to it. */
const settlements: Readonly<Record<string, Prompt["status"]>> = {
  prompt_answered: "answered",
  prompt_expired: "expired",
  prompt_withdrawn: "withdrawn",
};

/**
 * What callers were told about prompts, held against what the store has.
 *
 * Every prompt that the history of a job names is looked at, also one whose opening nobody was
 * told of.
 */
export class PromptLedger {
  readonly #accepted = new Map<string, { value: Json; receipt: ResponseReceipt; key: string }>();
  readonly #settled = new Map<string, Prompt>();
  readonly #problems: string[] = [];

  /** Notes that a response was acknowledged. */
  noteAccepted(receipt: ResponseReceipt, value: Json, key: string): void {
    const earlier = this.#accepted.get(receipt.promptId);
    if (earlier === undefined) this.#accepted.set(receipt.promptId, { value, receipt, key });
    else if (!isDeepStrictEqual({ value, receipt, key }, earlier)) this.#problems.push(`prompt ${receipt.promptId} has two winners`);
  }

  /** Everything that is wrong with the jobs of one type, in words. */
  async problems(fleet: Pick<Fleet, "jobs" | "prompts">, type: string): Promise<string[]> {
    const { jobs } = await fleet.jobs.list({ type, limit: 200 });
    const problems = await Promise.all(jobs.map(async (job) => this.#problemsOf(job, fleet)));
    return [...this.#problems, ...problems.flat()];
  }

  async #problemsOf(job: Job, { jobs, prompts }: Pick<Fleet, "jobs" | "prompts">): Promise<string[]> {
    const history = await jobs.events(job.id, { limit: 200 });
    const opened = history.filter(({ kind }) => kind === "prompt_opened").map(promptIdOf);
    const found = await Promise.all(opened.map((id) => prompts.get(id)));
    return [
      ...problemsOfHistory(job, history),
      ...found.flatMap((prompt) => this.#problemsOfPrompt(prompt, history)),
      ...problemsOfPair(job, found),
    ];
  }

  #problemsOfPrompt(prompt: Prompt, history: readonly JobEvent[]): string[] {
    const problems: string[] = [];
    const report = (problem: string) => problems.push(`prompt ${prompt.id} (${prompt.status}) ${problem}`);
    const said = history.filter((event) => event.kind in settlements && promptIdOf(event) === prompt.id);
    if (said.length > 1) report(`was settled ${said.length} times`);
    const [settlement] = said;
    if (settlement !== undefined && settlements[settlement.kind] !== prompt.status) report(`says ${settlement.kind} in its history`);
    if (settlement === undefined && Object.values(settlements).includes(prompt.status)) report("has no such event");

    const winner = this.#accepted.get(prompt.id);
    if (winner !== undefined && !(prompt.status === "answered" && isDeepStrictEqual(prompt.response, winner.value)))
      report("lost its winner");
    if (prompt.status === "answered" && prompt.expiresAt !== null && prompt.respondedAt >= prompt.expiresAt)
      report("was answered after its deadline");

    const earlier = this.#settled.get(prompt.id);
    if (earlier !== undefined && !isDeepStrictEqual(earlier, prompt)) report(`was ${earlier.status} before, and has changed`);
    if (prompt.status !== "open") this.#settled.set(prompt.id, prompt);
    return problems;
  }
}

/** An open prompt means `pending_hitl`, and `pending_hitl` means an open prompt. */
function problemsOfPair(job: Job, prompts: readonly Prompt[]): string[] {
  const isAsking = prompts.some(({ status }) => status === "open");
  return isAsking === (job.status === "pending_hitl")
    ? []
    : [`job ${job.id} is ${job.status} and has ${isAsking ? "an" : "no"} open prompt`];
}

/** One event for each version, and from each to the next a move that the table knows. */
function problemsOfHistory(job: Job, history: readonly JobEvent[]): string[] {
  const versions = history.map(({ version }) => version);
  const expected = Array.from({ length: job.version }, (_, index) => index + 1);
  if (!isDeepStrictEqual(versions, expected)) return [`job ${job.id} of version ${job.version} has events of versions ${versions}`];
  const open = new Set<string>();
  let status: JobStatus = "pending";
  const problems: string[] = [];
  for (const event of history.slice(1)) {
    const next = statusAfter(event, status, open);
    const isMove = next in jobTransitions[status] || (next === status && !isFinal(status));
    if (!isMove) problems.push(`job ${job.id} went from ${status} to ${next} by ${event.kind}`);
    status = next;
  }
  if (status !== job.status) problems.push(`job ${job.id} is ${job.status}, and its history says ${status}`);
  return problems;
}

/** What an event made of a job; `open` has its open prompts, and is kept up to date. */
function statusAfter(event: JobEvent, status: JobStatus, open: Set<string>): JobStatus {
  const { kind, data } = event;
  if (kind === "prompt_opened") {
    open.add(promptIdOf(event));
    return "pending_hitl";
  }
  if (kind in settlements) {
    open.delete(promptIdOf(event));
    return open.size > 0 || data["onExpire"] === "fail" ? "pending_hitl" : "running";
  }
  if (finalKinds.includes(kind)) {
    open.clear();
    return kind as JobStatus;
  }
  if (kind === "retried" || kind === "released") return "pending";
  return kind === "started" ? "running" : status;
}

function promptIdOf({ data }: JobEvent): string {
  return String(data["promptId"]);
}
