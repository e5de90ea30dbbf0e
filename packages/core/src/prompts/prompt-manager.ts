import { processActor } from "../actor.ts";
import { FleetError, invalidInput, within } from "../errors.ts";
import { normalizeId } from "../ids.ts";
import type { Job } from "../jobs/job.ts";
import type { JobCache } from "../jobs/job-cache.ts";
import { jobNotFound, refusal, requireJobId } from "../jobs/job-refusal.ts";
import type { JobRepository } from "../jobs/job-repository.ts";
import { sourcesOf } from "../jobs/job-status.ts";
import { assertStorable, type Json } from "../json.ts";
import { type Asked, holds } from "../leases/lease.ts";
import { jobLeased, leaseLost } from "../leases/lease-refusal.ts";
import { checkLimit, cutPage } from "../list-cursor.ts";
import type { Logger } from "../logger.ts";
import { checkNames } from "../text-limit.ts";
import { decodeInboxCursor, encodeInboxCursor } from "./inbox-cursor.ts";
import { preparePrompt, prepareRevision } from "./prepare-prompt.ts";
import type { InboxPage, NewPrompt, OpenedPrompt, OpenPrompt, Prompt, PromptChange, ResponseReceipt } from "./prompt.ts";
import { PromptDeadlines } from "./prompt-deadlines.ts";
import type {
  AskRequest,
  InboxOptions,
  OpenOptions,
  RespondOptions,
  ReviseOptions,
  TypeOption,
  WithdrawOptions,
} from "./prompt-options.ts";
import { promptChanged, promptExpired, promptNotFound, settledRefusal } from "./prompt-refusal.ts";
import type { OpenOutcome, PromptOutcome, PromptRefusal, PromptRepository, RespondOutcome } from "./prompt-repository.ts";
import type { ResponseChecker } from "./response-checker.ts";

export interface PromptManagerParts {
  readonly repository: PromptRepository;
  readonly jobs: JobRepository;
  readonly cache: JobCache;
  readonly checker: ResponseChecker;
  readonly logger: Logger;
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
  readonly #checker: ResponseChecker;
  readonly #deadlines: PromptDeadlines;
  readonly #logger: Logger;

  constructor(parts: PromptManagerParts) {
    this.#repository = parts.repository;
    this.#jobs = parts.jobs;
    this.#cache = parts.cache;
    this.#checker = parts.checker;
    this.#deadlines = new PromptDeadlines(parts);
    this.#logger = parts.logger;
  }

  /**
   * Opens a prompt and moves its job to `pending_hitl`. A job may have several open prompts.
   *
   * Asking again is harmless with an id, or with a key while its prompt is open: it returns the
   * prompt of the first time with `deduplicated: true`.
   *
   * @throws {FleetError} `INVALID_INPUT`, also for a schema that is none; `JOB_NOT_FOUND`;
   *   `INVALID_TRANSITION` when the job has ended; `JOB_LEASED` while a worker has it: that one asks through
   *   {@link ask}; `IDEMPOTENCY_CONFLICT` when the id or the key
   *   belongs to another question
   */
  async open(jobId: string, prompt: NewPrompt, { actor = processActor }: OpenOptions = {}): Promise<OpenedPrompt> {
    const id = requireJobId(jobId);
    const insert = preparePrompt(id, prompt, actor);
    const onExpire = await this.#checker.checkTerms(insert, id);
    const allowedFrom = [...sourcesOf("pending_hitl", "prompt"), "pending_hitl" as const];
    const outcome = await this.#write<OpenOutcome>(id, () => this.#repository.open({ ...insert, onExpire }, allowedFrom));
    if (outcome.kind === "refused") {
      if (outcome.current?.workerId != null) throw jobLeased(id, outcome.current.workerId);
      throw refusal(id, outcome.current, { verb: "prompt", target: "pending_hitl" });
    }
    if (outcome.kind === "known") {
      const { prompt: known } = outcome;
      // What was revised shows something else than what was asked, and is the same question all the same.
      const isSame = known.digest === insert.digest || (known.type === insert.type && known.revision > 1);
      if (known.jobId !== id || !isSame) throw questionConflict(known, prompt);
      return { prompt: known, deduplicated: true };
    }
    this.#logger.info({ jobId: id, promptId: insert.id }, "HITL prompt opened");
    return { prompt: outcome.prompt, deduplicated: false };
  }

  /**
   * Asks on behalf of the worker that has the job, and returns for each question the prompt that stands for
   * it: one with an outcome, if the job has asked it before under its key, else an open one. Opening one ends
   * the lease: the job waits, and goes back to the queue once the last of them is settled. Repeating the
   * request is harmless.
   *
   * @throws {FleetError} `LEASE_LOST`; `INVALID_INPUT` also when two questions have one key
   */
  async ask({ jobId, run, prompts }: AskRequest, { actor = processActor }: OpenOptions = {}): Promise<Asked> {
    const id = requireJobId(jobId);
    const keys = new Set(prompts.map(({ key }) => key));
    if (prompts.length === 0 || keys.size < prompts.length) {
      throw invalidInput([{ path: ["prompts"], message: "must be questions, each with a key of its own" }], id);
    }
    // A later run has mostly come to hear what an earlier one asked.
    assertStorable({ keys: [...keys] }, id);
    const outcomes = run === 1 ? undefined : await this.#repository.findOutcomes({ jobId: id, run }, [...keys]);
    if (outcomes !== undefined) return { prompts: outcomes, isParked: false };
    const inserts = await Promise.all(
      prompts.map(async (prompt, index) => {
        try {
          const insert = preparePrompt(id, prompt, actor);
          return { ...insert, onExpire: await this.#checker.checkTerms(insert, id) };
        } catch (error) {
          throw within(["prompts", index], error);
        }
      }),
    );
    const outcome = await this.#cache.write(
      id,
      () => this.#repository.ask({ jobId: id, run, prompts: inserts }),
      (result) => (result.kind === "asked" ? result.job : undefined),
    );
    if (outcome.kind === "lost") throw leaseLost(id, run, outcome.current);
    for (const { id: promptId, status } of outcome.prompts) {
      if (status === "open") this.#logger.info({ jobId: id, promptId }, "HITL prompt opened");
    }
    return { prompts: outcome.prompts, isParked: !holds(outcome.job, run) };
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
  async current(jobId: string, { type }: TypeOption = {}): Promise<OpenPrompt> {
    const prompt = onlyOne(await this.#openOf(jobId, type));
    if (prompt === undefined) throw await this.#noOpenPrompt(jobId, type);
    return prompt;
  }

  /**
   * Open prompts of all jobs that can still be answered: what is due first comes first, then the
   * oldest.
   *
   * @throws {FleetError} `INVALID_INPUT` when the limit or the cursor is not one
   */
  async inbox(options: InboxOptions = {}): Promise<InboxPage> {
    const { limit: wanted, cursor, dueBefore, ...words } = options;
    assertStorable(words);
    if (Number.isNaN(dueBefore?.getTime())) throw invalidInput([{ path: ["dueBefore"], message: "is not a date" }]);
    const limit = checkLimit(wanted);
    const position = cursor === undefined ? undefined : decodeInboxCursor(cursor);
    const jobId = words.jobId === undefined ? undefined : requireJobId(words.jobId);
    const found = await this.#repository.inbox({ ...words, jobId, dueBefore }, limit + 1, position);
    const { rows, nextCursor } = cutPage(found, limit, encodeInboxCursor);
    return { prompts: rows, nextCursor };
  }

  /**
   * Answers a prompt. The first response wins; its job runs on once no other prompt of it is open.
   *
   * A response must fit the prompt's schema. One that does not may do so in the words of the
   * prompt's kind ("yes" for `proceed`), and is stored in the one spelling then.
   *
   * @throws {FleetError} `INVALID_INPUT` with the paths that do not fit: the prompt stays open;
   *   `PROMPT_NOT_FOUND`; `PROMPT_ALREADY_ANSWERED` with the winner; `PROMPT_EXPIRED` from the
   *   deadline on; `PROMPT_CLOSED` when it was withdrawn or the job ended first; `PROMPT_CHANGED`
   *   with the current prompt when the digest is not that of the prompt any more
   */
  async respond(promptId: string, value: Json, options: RespondOptions = {}): Promise<ResponseReceipt> {
    return this.#respondTo(promptId, value, options);
  }

  /**
   * Answers the one open prompt of a job. A response under the key of a winning one is a repetition
   * of that, whatever the job asks by now. When none is open, the prompt that was open last replies
   * with its refusal.
   *
   * @throws {FleetError} as {@link respond} and {@link current} do
   */
  async respondToJob(jobId: string, value: Json, { type, ...options }: RespondOptions & TypeOption = {}): Promise<ResponseReceipt> {
    const { idempotencyKey } = options;
    assertStorable({ idempotencyKey });
    const id = requireJobId(jobId);
    const open = await this.#openOf(id, type);
    // Looked up second: what the job asked after the first request won is then never taken for what that answered.
    const answered = idempotencyKey === undefined ? undefined : await this.#repository.latestOf(id, type, idempotencyKey);
    const prompt = answered ?? onlyOne(open) ?? (await this.#repository.latestOf(id, type));
    if (prompt === undefined) throw await this.#noOpenPrompt(jobId, type);
    return this.#respondTo(prompt, value, options);
  }

  /**
   * Changes what an open prompt shows, or its terms. What is shown differently has another digest.
   *
   * @throws {FleetError} `INVALID_INPUT`, and what {@link respond} throws
   */
  async revise(promptId: string, change: PromptChange, { actor = processActor, ifDigest }: ReviseOptions = {}): Promise<OpenPrompt> {
    const attempt = async (prompt: Prompt): Promise<PromptOutcome> => {
      const { id, jobId, revision, type } = prompt;
      if (prompt.status !== "open") return { kind: "refused", prompt, overdue: false };
      const prepared = prepareRevision(prompt, change);
      const onExpire = await this.#checker.checkTerms({ type, ...prepared.content, onExpire: prepared.onExpire }, jobId);
      return this.#repository.revise({ promptId: id, jobId, revision, actor, ...prepared, onExpire });
    };
    const { outcome } = await this.#change(promptId, ifDigest, attempt);
    const { id, jobId } = outcome.prompt;
    this.#logger.info({ jobId, promptId: id }, "HITL prompt revised");
    return outcome.prompt as OpenPrompt;
  }

  /**
   * Takes an open prompt back; its job runs on once no other prompt of it is open. One that is
   * withdrawn already stays so.
   *
   * @throws {FleetError} what {@link respond} throws
   */
  async withdraw(promptId: string, { actor = processActor, ifDigest, reason }: WithdrawOptions = {}): Promise<Prompt> {
    assertStorable({ reason });
    const known = await this.get(promptId);
    if (known.status === "withdrawn") return known;
    const { outcome } = await this.#change(promptId, ifDigest, ({ id, jobId, revision }) =>
      this.#repository.withdraw({ promptId: id, jobId, revision, reason: reason ?? null, actor }),
    );
    const { id, jobId } = outcome.prompt;
    this.#logger.info({ jobId, promptId: id }, "HITL prompt withdrawn");
    return outcome.prompt;
  }

  /**
   * Lets every deadline that has passed happen, and says how many those were. Safe to call at any
   * time, by any number of instances: each deadline happens once.
   */
  async expireOverdue(): Promise<number> {
    return this.#deadlines.expireOverdue();
  }

  async #respondTo(target: string | Prompt, value: Json, options: RespondOptions): Promise<ResponseReceipt> {
    const { actor = processActor, idempotencyKey, ifDigest } = options;
    assertStorable({ response: value, idempotencyKey });
    checkNames({ idempotencyKey });
    let fitted = value;
    const attempt = async (prompt: Prompt): Promise<RespondOutcome> => {
      fitted = await this.#checker.fit(prompt, value);
      const { id, jobId, revision } = prompt;
      return this.#repository.respond({ promptId: id, jobId, revision, value: fitted, idempotencyKey: idempotencyKey ?? null, actor });
    };
    const { prompt, outcome } = await this.#change(target, ifDigest, attempt, () => fitted);
    const { id, jobId } = prompt;
    if (outcome.kind === "accepted") this.#logger.info({ jobId, promptId: id }, "HITL response accepted");
    const jobVersion = outcome.kind === "accepted" ? outcome.job.version : outcome.jobVersion;
    return { status: "accepted", promptId: id, jobId, jobStatus: outcome.jobStatus, jobVersion };
  }

  /**
   * Runs a change of an open prompt, which is named or was read just now; again, when the prompt was
   * revised between reading and changing it. A deadline that is found to have passed happens first.
   */
  async #change<Outcome extends RespondOutcome | PromptOutcome>(
    target: string | Prompt,
    ifDigest: string | undefined,
    attempt: (prompt: Prompt) => Promise<Outcome>,
    givenValue: () => Json | undefined = () => undefined,
  ): Promise<{ prompt: Prompt; outcome: Exclude<Outcome, PromptRefusal> }> {
    for (let prompt = typeof target === "string" ? await this.get(target) : target; ; prompt = await this.get(prompt.id)) {
      if (prompt.status === "open" && ifDigest !== undefined && ifDigest !== prompt.digest) throw promptChanged(prompt);
      const outcome = await this.#write(prompt.jobId, () => attempt(prompt));
      if (outcome.kind !== "refused") return { prompt, outcome: outcome as Exclude<Outcome, PromptRefusal> };
      if (outcome.prompt === undefined) throw promptNotFound(prompt.id);
      if (outcome.overdue) {
        await this.#deadlines.expire({ promptId: prompt.id, jobId: prompt.jobId });
        throw promptExpired(outcome.prompt);
      }
      if (outcome.prompt.status !== "open") throw settledRefusal(outcome.prompt, givenValue());
    }
  }

  async #write<Outcome extends { kind: string } | { kind: string; job: Job }>(
    jobId: string,
    work: () => Promise<Outcome>,
  ): Promise<Outcome> {
    return this.#cache.write(jobId, work, (outcome) => ("job" in outcome ? outcome.job : undefined));
  }

  async #openOf(jobId: string, type: string | undefined): Promise<OpenPrompt[]> {
    assertStorable({ type });
    return this.#repository.openOf(requireJobId(jobId), type);
  }

  async #noOpenPrompt(jobId: string, type: string | undefined): Promise<FleetError> {
    const job = await this.#jobs.find(requireJobId(jobId));
    if (job === undefined) return jobNotFound(jobId);
    const which = type === undefined ? "no open prompt" : `no open prompt of type ${JSON.stringify(type)}`;
    return new FleetError("NO_OPEN_PROMPT", `Job ${job.id} is ${job.status} and has ${which}.`, { jobId: job.id });
  }
}

/** The only prompt, if there is any. @throws {FleetError} `SEVERAL_OPEN_PROMPTS` */
function onlyOne([prompt, ...others]: readonly OpenPrompt[]): OpenPrompt | undefined {
  if (prompt === undefined || others.length === 0) return prompt;
  const { jobId } = prompt;
  const promptIds = [prompt, ...others].map(({ id }) => id);
  const message = `Job ${jobId} has ${promptIds.length} open prompts. Address one by its prompt id.`;
  throw new FleetError("SEVERAL_OPEN_PROMPTS", message, { jobId, details: { promptIds } });
}

/** That an id or a key stands for something else already. */
function questionConflict(known: Prompt, { key }: NewPrompt): FleetError {
  const name = key != null && known.key === key ? `key ${JSON.stringify(key)}` : `id ${known.id}`;
  const message = `The ${name} belongs to another question of job ${known.jobId} already. Revise or withdraw prompt ${known.id}, or take another ${name.split(" ")[0]}.`;
  return new FleetError("IDEMPOTENCY_CONFLICT", message, { jobId: known.jobId, details: { promptId: known.id } });
}
