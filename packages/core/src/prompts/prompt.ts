import type { Door } from "../actor.ts";
import type { JobStatus } from "../jobs/job-status.ts";
import type { Json } from "../json.ts";

/**
 * Where a prompt is in its life.
 *
 * - `open`: it waits for a person; its job is `pending_hitl`.
 * - `answered`: it has its one response. Final.
 * - `closed`: its job ended first. Final.
 */
export const promptStatuses = ["open", "answered", "closed"] as const;

export type PromptStatus = (typeof promptStatuses)[number];

interface PromptRecord {
  readonly id: string;
  readonly jobId: string;
  /** What kind of question it is, e.g. `confirm`; any word. */
  readonly type: string;
  readonly title: string | null;
  readonly body: string | null;
  /** What the person is to look at. The fleet never looks inside. */
  readonly data: Json;
  readonly createdAt: Date;
}

export interface OpenPrompt extends PromptRecord {
  readonly status: "open";
  readonly response: null;
  readonly respondedBy: null;
  readonly respondedVia: null;
  readonly respondedAt: null;
}

export interface AnsweredPrompt extends PromptRecord {
  readonly status: "answered";
  readonly response: Json;
  /** Who answered, from the credentials. */
  readonly respondedBy: string;
  readonly respondedVia: Door;
  readonly respondedAt: Date;
}

export interface ClosedPrompt extends PromptRecord {
  readonly status: "closed";
  readonly response: null;
  readonly respondedBy: null;
  readonly respondedVia: null;
  readonly respondedAt: null;
}

/** One question to a person, opened by a job. */
export type Prompt = OpenPrompt | AnsweredPrompt | ClosedPrompt;

/** What a prompt is opened with. */
export interface NewPrompt {
  readonly type: string;
  readonly title?: string | null | undefined;
  readonly body?: string | null | undefined;
  /** Default: null. */
  readonly data?: Json | undefined;
}

/** An open prompt with what a person needs to know about its job. */
export interface InboxEntry extends OpenPrompt {
  readonly jobType: string;
  readonly userId: string | null;
  readonly taskDescription: string;
}

/** Which open prompts the inbox shows. Filters combine with "and". */
export interface InboxFilter {
  readonly type?: string | undefined;
  readonly jobType?: string | undefined;
  readonly userId?: string | undefined;
}

/** One page of the inbox, oldest first. */
export interface InboxPage {
  readonly prompts: readonly InboxEntry[];
  readonly nextCursor: string | null;
}

/** What the winner of a prompt is told; a repetition of the winning response is told the same. */
export interface ResponseReceipt {
  readonly status: "accepted";
  readonly promptId: string;
  readonly jobId: string;
  /** What the response made of the job: `running`, or `pending_hitl` while other prompts are open. */
  readonly jobStatus: JobStatus;
}
