import { isDeepStrictEqual } from "node:util";
import { type Actor, processActor } from "../actor.ts";
import { FleetError } from "../errors.ts";
import { newId, normalizeId } from "../ids.ts";
import type { JobCache } from "../jobs/job-cache.ts";
import { jobNotFound, refusal, requireJobId } from "../jobs/job-refusal.ts";
import type { JobRepository } from "../jobs/job-repository.ts";
import { sourcesOf } from "../jobs/job-status.ts";
import { assertStorable, type Json } from "../json.ts";
import { checkLimit, cutPage, decodeCursor } from "../list-cursor.ts";
import type { Logger } from "../logger.ts";
import { checkNames } from "../text-limit.ts";
import type { InboxFilter, InboxPage, NewPrompt, OpenPrompt, Prompt, ResponseReceipt } from "./prompt.ts";
import type { PromptRepository } from "./prompt-repository.ts";

export interface PromptManagerParts {
  readonly repository: PromptRepository;
  readonly jobs: JobRepository;
  readonly cache: JobCache;
  readonly logger: Logger;
}

export interface OpenOptions {
  /** Who asks. Default: this process. */
  readonly actor?: Actor | undefined;
}

export interface RespondOptions {
  /** Who answers. Default: this process. */
  readonly actor?: Actor | undefined;
  /** Names the request: the winning response, sent again with its key, gets its receipt again. */
  readonly idempotencyKey?: string | undefined;
}

export interface InboxOptions extends InboxFilter {
  /** From 1 to 200. Default: 50. */
  readonly limit?: number | undefined;
  /** `nextCursor` of the page before. Default: the first page. */
  readonly cursor?: string | undefined;
}

/**
 * Asks people and takes their answers.
 *
 * A prompt takes one response, whoever answers, on whichever instance. Every method may throw
 * {@link FleetError} `STORE_UNAVAILABLE`. Prompts are always read from the store.
 */
export class PromptManager {
  readonly #repository: PromptRepository;
  readonly #jobs: JobRepository;
  readonly #cache: JobCache;
  readonly #logger: Logger;

  constructor(parts: PromptManagerParts) {
    this.#repository = parts.repository;
    this.#jobs = parts.jobs;
    this.#cache = parts.cache;
    this.#logger = parts.logger;
  }

  /**
   * Opens a prompt and moves its job to `pending_hitl`. A job may have several open prompts.
   *
   * @throws {FleetError} `INVALID_INPUT`, `JOB_NOT_FOUND`; `INVALID_TRANSITION` when the job has ended
   */
  async open(jobId: string, prompt: NewPrompt, { actor = processActor }: OpenOptions = {}): Promise<OpenPrompt> {
    const id = requireJobId(jobId);
    assertStorable({ ...prompt }, id);
    checkNames({ type: prompt.type }, id);
    const { type, title = null, body = null, data = null } = prompt;
    const insert = { id: newId(), jobId: id, type, title, body, data, actor };
    const allowedFrom = [...sourcesOf("pending_hitl", "prompt"), "pending_hitl" as const];
    const outcome = await this.#cache.write(
      id,
      () => this.#repository.open(insert, allowedFrom),
      (result) => (result.kind === "opened" ? result.job : undefined),
    );
    if (outcome.kind === "refused") throw refusal(id, outcome.current, { verb: "prompt", target: "pending_hitl" });
    this.#logger.info({ jobId: id, promptId: insert.id }, "HITL prompt opened");
    return outcome.prompt;
  }

  /** The prompt, open or not. @throws {FleetError} `PROMPT_NOT_FOUND` */
  async get(promptId: string): Promise<Prompt> {
    const id = normalizeId(promptId);
    const prompt = id === undefined ? undefined : await this.#repository.find(id);
    if (prompt === undefined) throw promptNotFound(promptId);
    return prompt;
  }

  /**
   * The one open prompt of a job.
   *
   * @throws {FleetError} `JOB_NOT_FOUND`; `NO_OPEN_PROMPT`; `SEVERAL_OPEN_PROMPTS` with their ids
   */
  async current(jobId: string): Promise<OpenPrompt> {
    const prompt = await this.#onlyOpen(jobId);
    if (prompt === undefined) throw await this.#noOpenPrompt(jobId);
    return prompt;
  }

  /**
   * Open prompts of all jobs, oldest first.
   *
   * @throws {FleetError} `INVALID_INPUT` when the limit or the cursor is not one
   */
  async inbox(options: InboxOptions = {}): Promise<InboxPage> {
    const { limit: wanted, cursor, ...filter } = options;
    assertStorable(filter);
    const limit = checkLimit(wanted);
    const position = cursor === undefined ? undefined : decodeCursor(cursor);
    const { rows, nextCursor } = cutPage(await this.#repository.inbox(filter, limit + 1, position), limit);
    return { prompts: rows, nextCursor };
  }

  /**
   * Answers a prompt. The first response wins; its job runs on once no other prompt of it is open.
   *
   * @throws {FleetError} `INVALID_INPUT`; `PROMPT_NOT_FOUND`; `PROMPT_ALREADY_ANSWERED` with the
   *   winner; `PROMPT_CLOSED` when the job ended first
   */
  async respond(promptId: string, value: Json, { actor = processActor, idempotencyKey }: RespondOptions = {}): Promise<ResponseReceipt> {
    assertStorable({ response: value, idempotencyKey });
    checkNames({ idempotencyKey });
    const { id, jobId } = await this.get(promptId);
    const response = { promptId: id, jobId, value, idempotencyKey: idempotencyKey ?? null, actor };
    const outcome = await this.#cache.write(
      jobId,
      () => this.#repository.respond(response),
      (result) => (result.kind === "accepted" ? result.job : undefined),
    );
    if (outcome.kind === "refused") throw responseRefusal(id, outcome.prompt, value);
    if (outcome.kind === "accepted") this.#logger.info({ jobId, promptId: id }, "HITL response accepted");
    return { status: "accepted", promptId: id, jobId, jobStatus: outcome.jobStatus };
  }

  /**
   * Answers the one open prompt of a job. When none is open, the prompt that was open last
   * replies: with the receipt to a repetition of the winning response, else with its refusal.
   *
   * @throws {FleetError} as {@link respond} and {@link current} do
   */
  async respondToJob(jobId: string, value: Json, options: RespondOptions = {}): Promise<ResponseReceipt> {
    const prompt = (await this.#onlyOpen(jobId)) ?? (await this.#repository.latestOf(requireJobId(jobId)));
    if (prompt === undefined) throw await this.#noOpenPrompt(jobId);
    return this.respond(prompt.id, value, options);
  }

  async #onlyOpen(jobId: string): Promise<OpenPrompt | undefined> {
    const id = requireJobId(jobId);
    const [prompt, ...others] = await this.#repository.openOf(id);
    if (prompt === undefined || others.length === 0) return prompt;
    const promptIds = [prompt, ...others].map((open) => open.id);
    const message = `Job ${id} has ${promptIds.length} open prompts. Address one by its prompt id.`;
    throw new FleetError("SEVERAL_OPEN_PROMPTS", message, { jobId: id, details: { promptIds } });
  }

  async #noOpenPrompt(jobId: string): Promise<FleetError> {
    const job = await this.#jobs.find(requireJobId(jobId));
    if (job === undefined) return jobNotFound(jobId);
    return new FleetError("NO_OPEN_PROMPT", `Job ${job.id} is ${job.status} and has no open prompt.`, { jobId: job.id });
  }
}

function promptNotFound(id: string): FleetError {
  return new FleetError("PROMPT_NOT_FOUND", `There is no prompt ${JSON.stringify(id)}.`);
}

function responseRefusal(id: string, prompt: Prompt | undefined, value: Json): FleetError {
  if (prompt === undefined) return promptNotFound(id);
  const { jobId } = prompt;
  if (prompt.status !== "answered") {
    return new FleetError("PROMPT_CLOSED", `Prompt ${id} was closed without a response, because job ${jobId} ended.`, { jobId });
  }
  const { response, respondedBy, respondedVia, respondedAt } = prompt;
  const same = isDeepStrictEqual(response, value) ? "the same response" : "another response";
  const message = `Prompt ${id} of job ${jobId} has ${same} already, from ${respondedBy} at ${respondedAt.toISOString()}.`;
  return new FleetError("PROMPT_ALREADY_ANSWERED", message, {
    jobId,
    details: { promptId: id, winner: { response, respondedBy, respondedVia, respondedAt } },
  });
}
