import type { Door } from "../actor.ts";
import type { JobStatus } from "../jobs/job-status.ts";
import type { Json, JsonObject } from "../json.ts";

/**
 * Where a prompt is in its life.
 *
 * - `open`: it waits for a person; its job is `pending_hitl`.
 * - `answered`: it has its one response. Final.
 * - `expired`: its deadline passed first, which is no answer of anybody. Final.
 * - `withdrawn`: whoever asked took it back. Final.
 * - `closed`: its job ended first. Final.
 */
export const promptStatuses = ["open", "answered", "expired", "withdrawn", "closed"] as const;

export type PromptStatus = (typeof promptStatuses)[number];

/**
 * What the deadline of a prompt does when nobody has answered by then.
 *
 * - `fail`: the job fails.
 * - `resume`: the job runs on and sees that the prompt has expired.
 * - `{ response }`: the job runs on with this response, which must fit the prompt's schema.
 */
export type OnExpire = "fail" | "resume" | { readonly response: Json };

/** What a person is shown. A prompt's digest is made of this and its type. */
export interface PromptContent {
  readonly title: string | null;
  readonly body: string | null;
  /** What the person is to look at. */
  readonly data: Json;
  /** JSON Schema (draft 2020-12) that a response must fit. Null: any response will do. */
  readonly responseSchema: JsonObject | null;
}

interface PromptRecord extends PromptContent {
  readonly id: string;
  readonly jobId: string;
  /** Names the question within its job, so that asking it again finds it. Null: it has no name. */
  readonly key: string | null;
  /** 1 for the first prompt that its job opened under this key, +1 with each later one. */
  readonly round: number;
  /** What kind of question it is, e.g. `confirm`; any word. */
  readonly type: string;
  /** Stands for what the person is shown: it changes exactly when that changes. */
  readonly digest: string;
  /** 1 when opened, +1 with each revision. */
  readonly revision: number;
  /** Who should answer; only a label, anybody may. */
  readonly assignee: string | null;
  /** When an answer is wanted; the inbox is sorted by it. Nothing happens when it passes. */
  readonly dueAt: Date | null;
  /** The deadline: from then on no response is taken, and `onExpire` happens. Null: it waits for ever. */
  readonly expiresAt: Date | null;
  readonly onExpire: OnExpire;
  readonly createdAt: Date;
}

/** That nobody has answered. */
interface Unanswered {
  readonly respondedBy: null;
  readonly respondedVia: null;
  readonly respondedAt: null;
}

export interface OpenPrompt extends PromptRecord, Unanswered {
  readonly status: "open";
  readonly response: null;
  readonly closedAt: null;
}

export interface AnsweredPrompt extends PromptRecord {
  readonly status: "answered";
  readonly response: Json;
  /** Who answered, from the credentials. */
  readonly respondedBy: string;
  readonly respondedVia: Door;
  readonly respondedAt: Date;
  readonly closedAt: null;
}

export interface ExpiredPrompt extends PromptRecord, Unanswered {
  readonly status: "expired";
  /** The response that `onExpire` names, if it names one: nobody gave it. */
  readonly response: Json;
  readonly closedAt: Date;
}

export interface ClosedPrompt extends PromptRecord, Unanswered {
  readonly status: "withdrawn" | "closed";
  readonly response: null;
  readonly closedAt: Date;
}

/** One question to a person, opened by a job. */
export type Prompt = OpenPrompt | AnsweredPrompt | ExpiredPrompt | ClosedPrompt;

/** When an answer is wanted, from whom, and what happens without one. */
interface PromptTerms {
  readonly assignee?: string | null | undefined;
  readonly dueAt?: Date | null | undefined;
  /** The deadline, counted by the database's clock from when this is written. Null: none. */
  readonly expiresInMs?: number | null | undefined;
  /** Default: `fail`. */
  readonly onExpire?: OnExpire | undefined;
}

/** What a prompt is opened with. */
export interface NewPrompt extends PromptTerms {
  /** A UUID of the caller's choice, which makes it safe to ask again. Default: a new UUIDv7. */
  readonly id?: string | undefined;
  readonly type: string;
  /** Names the question within its job: while it is open, asking it again returns it. Default: it has no name. */
  readonly key?: string | null | undefined;
  readonly title?: string | null | undefined;
  readonly body?: string | null | undefined;
  /** Default: null. */
  readonly data?: Json | undefined;
  /** Default: that of the kind, if `type` is one of the built-in kinds; else none. */
  readonly responseSchema?: JsonObject | null | undefined;
}

/** What may change about an open prompt. A field that is absent stays as it is; at least one must be there. */
export interface PromptChange extends Omit<NewPrompt, "id" | "type" | "key"> {}

/** A prompt, and whether it was open already: the request was a repetition. */
export interface OpenedPrompt {
  readonly prompt: Prompt;
  readonly deduplicated: boolean;
}

/** An open prompt with what a person needs to know about its job. */
export interface InboxEntry extends OpenPrompt {
  readonly jobType: string;
  readonly userId: string | null;
  readonly taskDescription: string;
}

/** Which open prompts the inbox shows. Filters combine with "and". */
export interface InboxFilter {
  readonly jobId?: string | undefined;
  readonly type?: string | undefined;
  readonly jobType?: string | undefined;
  /** Whose jobs. */
  readonly userId?: string | undefined;
  readonly assignee?: string | undefined;
  /** Due before this instant. */
  readonly dueBefore?: Date | undefined;
}

/** One page of the inbox: what is due first comes first, then the oldest. */
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
  /** The version that the response made of the job: a read of this version, or a later one, shows what it did. */
  readonly jobVersion: number;
}
