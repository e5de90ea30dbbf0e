import type { AppRouter } from "@skill-fleet/server";
import type { inferRouterInputs, inferRouterOutputs } from "@trpc/server";
import { v7 as newId } from "uuid";
import { type CallOptions, call } from "./call.ts";
import type { Connection } from "./connection.ts";

type Inputs = inferRouterInputs<AppRouter>["hitl"];
type Outputs = inferRouterOutputs<AppRouter>["hitl"];

/** One question to a person, opened by a job. */
export type Prompt = Outputs["get"];
/** A prompt that waits for a person. */
export type OpenPrompt = Outputs["current"];
/** What a prompt is opened with. */
export type NewPrompt = Omit<Inputs["open"], "jobId">;
/** What a person says to a prompt. */
export type PromptResponse = Inputs["respond"]["response"];
/** What the winner of a prompt is told. */
export type ResponseReceipt = Outputs["respond"];
/** Which open prompts the inbox shows, and how many. Filters combine with "and". */
export type InboxQuery = Inputs["inbox"];
/** One page of the inbox, oldest first. */
export type InboxPage = Outputs["inbox"];

export interface RespondOptions extends CallOptions {
  /** Names the response, so that another process can repeat it and get the receipt again. */
  readonly idempotencyKey?: string | undefined;
}

/** The person in the loop. Every method throws {@link FleetClientError}. */
export interface HitlClient {
  /** Opens a prompt: the job waits for a person from now on. Throws `INVALID_TRANSITION` when the job has ended. */
  open(jobId: string, prompt: NewPrompt, options?: CallOptions): Promise<OpenPrompt>;
  /** The one open prompt of a job. Throws `NO_OPEN_PROMPT`, or `SEVERAL_OPEN_PROMPTS` with their ids. */
  current(jobId: string, options?: CallOptions): Promise<OpenPrompt>;
  /** The prompt, open or not. Throws `PROMPT_NOT_FOUND`. */
  get(promptId: string, options?: CallOptions): Promise<Prompt>;
  /** Open prompts of all jobs, oldest first. */
  inbox(query?: InboxQuery, options?: CallOptions): Promise<InboxPage>;
  /**
   * Answers a prompt; the first response wins. Safe against lost replies: a repetition by this
   * client gets the first receipt.
   *
   * Throws `PROMPT_ALREADY_ANSWERED` with the winner in `details`; `PROMPT_CLOSED` when the job ended first.
   */
  respond(promptId: string, response: PromptResponse, options?: RespondOptions): Promise<ResponseReceipt>;
  /** Answers the one open prompt of a job. Throws as `respond` and `current` do. */
  respondToJob(jobId: string, response: PromptResponse, options?: RespondOptions): Promise<ResponseReceipt>;
}

export function hitlClient({ hitl }: Connection): HitlClient {
  return {
    open: (jobId, prompt, options = {}) => call((request) => hitl.open.mutate({ jobId, ...prompt }, request), options, false),
    current: (jobId, options = {}) => call((request) => hitl.current.query({ jobId }, request), options, true),
    get: (promptId, options = {}) => call((request) => hitl.get.query({ promptId }, request), options, true),
    inbox: (query = {}, options = {}) => call((request) => hitl.inbox.query(query, request), options, true),
    respond: (promptId, response, { idempotencyKey = newId(), ...options } = {}) =>
      call((request) => hitl.respond.mutate({ promptId, response, idempotencyKey }, request), options, true),
    respondToJob: (jobId, response, { idempotencyKey = newId(), ...options } = {}) =>
      call((request) => hitl.respondToJob.mutate({ jobId, response, idempotencyKey }, request), options, true),
  };
}
