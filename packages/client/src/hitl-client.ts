import type { AppRouter } from "@skill-fleet/server";
import type { inferRouterInputs, inferRouterOutputs } from "@trpc/server";
import { v7 as newId } from "uuid";
import { alone, type CallOptions, call } from "./call.ts";
import { checkShape } from "./check-shape.ts";
import { FleetClientError } from "./client-error.ts";
import type { Connection } from "./connection.ts";
import type { JobDefinition } from "./define-job.ts";
import { followJob } from "./follow-job.ts";
import { overload } from "./overload.ts";
import type { SeenVersions } from "./seen-versions.ts";
import type { NewPromptOf, OpenPromptOf, PromptName, ResponseOf } from "./typed-jobs.ts";

type Inputs = inferRouterInputs<AppRouter>["hitl"];
type Outputs = inferRouterOutputs<AppRouter>["hitl"];

/** One question to a person, opened by a job. */
export type Prompt = Outputs["get"];
/** A prompt that waits for a person. */
export type OpenPrompt = Outputs["current"];
/** A prompt, and whether the request that asked for it had been acknowledged before. */
export type OpenedPrompt = Outputs["open"];
/** What a prompt is opened with. */
export type NewPrompt = Omit<Inputs["open"], "jobId">;
/** What may change about an open prompt. A field that is absent stays as it is; at least one must be there. */
export type PromptChange = Omit<Inputs["revise"], "promptId" | "ifDigest">;
/** What a person says to a prompt. */
export type PromptResponse = Inputs["respond"]["response"];
/** What the winner of a prompt is told. */
export type ResponseReceipt = Outputs["respond"];
/** Which open prompts the inbox shows, and how many. Filters combine with "and". */
export type InboxQuery = Inputs["inbox"];
/** One page of the inbox: what is due first comes first, then the oldest. */
export type InboxPage = Outputs["inbox"];
/** The kinds of prompts with their schemas, and the words for each action. */
export type HitlConfig = Outputs["config"];

/** How a prompt is changed: only while it shows what was seen. */
export interface DigestOptions extends CallOptions {
  /** The digest of what the person saw: refuse with `PROMPT_CHANGED` if the prompt shows something else by now. */
  readonly ifDigest?: string | undefined;
}

/** How a prompt is taken back. */
export interface WithdrawOptions extends DigestOptions {
  /** Why, in words. */
  readonly reason?: string | undefined;
}

/** How a response is given. */
export interface RespondOptions extends DigestOptions {
  /** Names the response, so that another process can repeat it and get the receipt again. */
  readonly idempotencyKey?: string | undefined;
}

/** Which prompts of a job count. */
export interface PromptTypeOptions extends CallOptions {
  /** Only prompts of this type count. Default: any. */
  readonly type?: string | undefined;
}

/**
 * The person in the loop. Every method throws {@link FleetClientError}.
 *
 * Methods that begin with a definition know its prompts by name; see {@link defineJob}.
 */
export interface HitlClient {
  /**
   * Opens a prompt: the job waits for a person from now on. Safe against lost replies; with a `key`
   * also against asking twice: while that prompt is open, asking again returns it.
   *
   * Throws `INVALID_INPUT`; `JOB_NOT_FOUND`; `INVALID_TRANSITION` when the job has ended; `JOB_LEASED` while a worker has it: that
   * one asks through its own context; `IDEMPOTENCY_CONFLICT` when the key belongs to another question.
   */
  open(jobId: string, prompt: NewPrompt, options?: CallOptions): Promise<OpenedPrompt>;
  /** Opens a prompt of a definition: its response is checked against the defined shape, whoever answers. */
  open<const Definition extends JobDefinition, Name extends PromptName<Definition>>(
    definition: Definition,
    jobId: string,
    name: Name,
    ...rest: undefined extends NewPromptOf<Definition, Name>["data"]
      ? [prompt?: NewPromptOf<Definition, Name>, options?: CallOptions]
      : [prompt: NewPromptOf<Definition, Name>, options?: CallOptions]
  ): Promise<OpenedPrompt>;
  /** The one open prompt of a job. Throws `JOB_NOT_FOUND`; `NO_OPEN_PROMPT`; `SEVERAL_OPEN_PROMPTS` with their ids. */
  current(jobId: string, options?: PromptTypeOptions): Promise<OpenPrompt>;
  /** The one open prompt of a job that has this name. Throws as without a definition. */
  current<const Definition extends JobDefinition, Name extends PromptName<Definition>>(
    definition: Definition,
    jobId: string,
    name: Name,
    options?: CallOptions,
  ): Promise<OpenPromptOf<Definition, Name>>;
  /** The prompt, open or not. Throws `PROMPT_NOT_FOUND`. */
  get(promptId: string, options?: CallOptions): Promise<Prompt>;
  /** Open prompts of all jobs that can still be answered: what is due first comes first, then the oldest. Throws `INVALID_INPUT`. */
  inbox(query?: InboxQuery, options?: CallOptions): Promise<InboxPage>;
  /**
   * Changes what an open prompt shows, or its terms. What is shown differently has another digest.
   * Throws as `respond` does. Not repeated by itself.
   */
  revise(promptId: string, change: PromptChange, options?: DigestOptions): Promise<OpenPrompt>;
  /** Takes an open prompt back; its job runs on once no other prompt of it is open. Throws as `respond` does. */
  withdraw(promptId: string, options?: WithdrawOptions): Promise<Prompt>;
  /**
   * Answers a prompt; the first response wins. Safe against lost replies: a repetition by this
   * client gets the first receipt.
   *
   * Throws `INVALID_INPUT` with the paths that do not fit the prompt's schema (it stays open); `PROMPT_NOT_FOUND`;
   * `PROMPT_ALREADY_ANSWERED` with the winner in `details`; `PROMPT_EXPIRED` from the deadline on;
   * `PROMPT_CLOSED` when it was withdrawn or the job ended first; `PROMPT_CHANGED` with the current
   * prompt in `details` when `ifDigest` is not its digest any more.
   */
  respond(promptId: string, response: PromptResponse, options?: RespondOptions): Promise<ResponseReceipt>;
  /** Answers the one open prompt of a job that has this name, in the defined shape. Throws as `respond` and `current` do. */
  respond<const Definition extends JobDefinition, Name extends PromptName<Definition>>(
    definition: Definition,
    jobId: string,
    name: Name,
    response: ResponseOf<Definition, Name>,
    options?: RespondOptions,
  ): Promise<ResponseReceipt>;
  /** Answers the one open prompt of a job. Throws as `respond` and `current` do. */
  respondToJob(jobId: string, response: PromptResponse, options?: RespondOptions & PromptTypeOptions): Promise<ResponseReceipt>;
  /**
   * Waits until a job asks something, and returns the prompt: with several, the most urgent. Returns
   * within milliseconds of the opening, on whichever instance; a server that is away only delays it.
   * It waits without end: `signal: AbortSignal.timeout(...)` limits it.
   *
   * Throws `JOB_NOT_FOUND`; `NO_OPEN_PROMPT` when the job has ended.
   */
  waitForPrompt(jobId: string, options?: PromptTypeOptions): Promise<OpenPrompt>;
  /** Waits until a job asks what has this name. Throws as without a definition. */
  waitForPrompt<const Definition extends JobDefinition, Name extends PromptName<Definition>>(
    definition: Definition,
    jobId: string,
    name: Name,
    options?: CallOptions,
  ): Promise<OpenPromptOf<Definition, Name>>;
  /** The kinds of prompts with their schemas, and the words for each action. */
  config(options?: CallOptions): Promise<HitlConfig>;
}

export function hitlClient(connection: Connection, seen: SeenVersions): HitlClient {
  const { hitl } = connection;

  const open = (jobId: string, { id = newId(), ...prompt }: NewPrompt, options: CallOptions = {}) =>
    seen.writeBlindly(jobId, () => call((request) => hitl.open.mutate({ jobId, id, ...prompt }, request), options, "repeatable"));

  const current = (jobId: string, { type, ...options }: PromptTypeOptions = {}) =>
    call((request) => hitl.current.query({ jobId, type }, request), options, "repeatable");

  const inbox = (query: InboxQuery = {}, options: CallOptions = {}) =>
    call((request) => hitl.inbox.query(query, request), options, "repeatable");

  const noteReceipt = async (receipt: Promise<ResponseReceipt>) => {
    const { jobId, jobVersion } = await receipt;
    seen.note({ id: jobId, version: jobVersion });
    return receipt;
  };

  const notePrompt = async <Settled extends Prompt>(prompt: Promise<Settled>) => {
    seen.doubt((await prompt).jobId);
    return prompt;
  };

  // Alone: the schema that a response is held against may take long.
  const respond = (promptId: string, response: PromptResponse, { idempotencyKey = newId(), ifDigest, ...options }: RespondOptions = {}) =>
    noteReceipt(
      call((request) => hitl.respond.mutate({ promptId, response, idempotencyKey, ifDigest }, alone(request)), options, "repeatable"),
    );

  const respondToJob: HitlClient["respondToJob"] = (jobId, response, { idempotencyKey = newId(), ifDigest, type, ...options } = {}) =>
    noteReceipt(
      call(
        (request) => hitl.respondToJob.mutate({ jobId, type, response, idempotencyKey, ifDigest }, alone(request)),
        options,
        "repeatable",
      ),
    );

  const waitForPrompt = (jobId: string, { type, ...options }: PromptTypeOptions = {}) =>
    followJob({ connection, seen }, jobId, options, async (job): Promise<OpenPrompt | undefined> => {
      if (job.completedAt !== null) {
        throw new FleetClientError("NO_OPEN_PROMPT", `Job ${jobId} is ${job.status} and asks nothing any more.`, { jobId });
      }
      if (job.status !== "pending_hitl") return undefined;
      return (await inbox({ jobId, type, limit: 1 }, options)).prompts[0];
    });

  const openDefined = async (
    { prompts, responseSchemas }: JobDefinition,
    jobId: string,
    name: string,
    prompt: Omit<NewPrompt, "type"> = {},
    options?: CallOptions,
  ) => {
    await checkShape(prompts[name]?.data, "data", prompt.data);
    return open(jobId, { ...prompt, type: name, responseSchema: responseSchemas[name] }, options);
  };

  return {
    get: (promptId, options = {}) => call((request) => hitl.get.query({ promptId }, request), options, "repeatable"),
    inbox,
    revise: (promptId, change, { ifDigest, ...options } = {}) =>
      notePrompt(call((request) => hitl.revise.mutate({ promptId, ifDigest, ...change }, request), options, "once") as Promise<OpenPrompt>),
    withdraw: (promptId, { ifDigest, reason, ...options } = {}) =>
      notePrompt(call((request) => hitl.withdraw.mutate({ promptId, ifDigest, reason }, request), options, "repeatable")),
    respondToJob,
    config: (options = {}) => call((request) => hitl.config.query(undefined, request), options, "repeatable"),
    open: overload(open, openDefined),
    current: overload(current, (_, jobId: string, type: string, options: CallOptions = {}) => current(jobId, { ...options, type })),
    respond: overload(respond, (_, jobId: string, type: string, response: PromptResponse, options: RespondOptions = {}) =>
      respondToJob(jobId, response, { ...options, type }),
    ),
    waitForPrompt: overload(waitForPrompt, (_, jobId: string, type: string, options: CallOptions = {}) =>
      waitForPrompt(jobId, { ...options, type }),
    ),
  };
}
