import type { Actor } from "../actor.ts";
import type { Job } from "../jobs/job.ts";
import type { JobStatus } from "../jobs/job-status.ts";
import type { Json } from "../json.ts";
import type { LeaseAddress } from "../leases/lease.ts";
import type { InboxEntry, InboxFilter, OnExpire, OpenPrompt, Prompt, PromptContent } from "./prompt.ts";

/** A new prompt with every default filled in. */
export interface PromptInsert extends PromptContent {
  readonly id: string;
  readonly jobId: string;
  readonly key: string | null;
  readonly type: string;
  readonly digest: string;
  readonly assignee: string | null;
  readonly dueAt: Date | null;
  readonly expiresInMs: number | null;
  readonly onExpire: OnExpire;
  readonly actor: Actor;
}

/**
 * What became of a prompt that was to be opened.
 *
 * - `opened`: it is new, and its job waits.
 * - `known`: the job has this id, or an open prompt of this key, already; nothing has changed.
 * - `refused`: the job (if there is one) cannot ask anything as it stands.
 */
export type OpenOutcome =
  | { readonly kind: "opened"; readonly prompt: OpenPrompt; readonly job: Job }
  | { readonly kind: "known"; readonly prompt: Prompt }
  | { readonly kind: "refused"; readonly current: Job | undefined };

/** What the holder of a lease asks. */
export interface Asking extends LeaseAddress {
  /** Each has a key. */
  readonly prompts: readonly PromptInsert[];
}

/**
 * What became of what the holder of a lease asked.
 *
 * - `asked`: `prompts` has, for each, the one that the job has under its key: new, still open, or settled
 *   before. When the request opened one, or is the repetition of one that did, the lease has ended.
 * - `lost`: the job is not in the asker's hands, and it has not asked this before in this run; nothing has changed.
 */
export type AskOutcome =
  | { readonly kind: "asked"; readonly prompts: readonly Prompt[]; readonly job: Job | undefined }
  | { readonly kind: "lost"; readonly current: Job | undefined };

/** Which prompt, and of which job: every change takes the lock of the job first. */
export interface PromptAddress {
  readonly promptId: string;
  readonly jobId: string;
}

/** A change to a prompt as it was at one revision. */
interface GuardedByRevision extends PromptAddress {
  /** The revision that the prompt must have: what was checked was checked for it. */
  readonly revision: number;
  readonly actor: Actor;
}

export interface Response extends GuardedByRevision {
  readonly value: Json;
  /** Names the request across repetitions. Null: a repetition is another response. */
  readonly idempotencyKey: string | null;
}

export interface Revision extends GuardedByRevision {
  readonly content: PromptContent;
  readonly digest: string;
  readonly assignee: string | null;
  readonly dueAt: Date | null;
  /** Undefined: the deadline stays. */
  readonly expiresInMs: number | null | undefined;
  readonly onExpire: OnExpire;
}

export interface Withdrawal extends GuardedByRevision {
  /** Why, in words. */
  readonly reason: string | null;
}

/** The prompt, when it refused a change: it is not open, overdue, of another revision, or (undefined) not there. */
export interface PromptRefusal {
  readonly kind: "refused";
  readonly prompt: Prompt | undefined;
  /** Whether the prompt is open, but its deadline has passed by the store's clock. */
  readonly overdue: boolean;
}

/**
 * What became of a response.
 *
 * - `accepted`: it won; the prompt and its job have moved.
 * - `replayed`: it had won before, and this is the same request again; status and version are those that it made.
 */
export type RespondOutcome =
  | { readonly kind: "accepted"; readonly job: Job; readonly jobStatus: JobStatus }
  | { readonly kind: "replayed"; readonly jobStatus: JobStatus; readonly jobVersion: number }
  | PromptRefusal;

/** What became of any other change to an open prompt. */
export type PromptOutcome = { readonly kind: "applied"; readonly prompt: Prompt; readonly job: Job } | PromptRefusal;

/** A place in the inbox, between one prompt and the next. */
export interface InboxPosition {
  readonly dueAt: Date | null;
  readonly createdAt: Date;
  readonly id: string;
}

/**
 * Where prompts are kept.
 *
 * Promises of every engine: a prompt and its job change together or not at all. Changes to the
 * prompts of one job happen one after the other, so that a job is `pending_hitl` exactly while
 * one of its prompts is open. Deadlines are judged by the store's clock, within the change.
 * Throws `STORE_UNAVAILABLE` as {@link JobRepository} does.
 */
export interface PromptRepository {
  /** Opens a prompt if no worker has the job and its status is one of `allowedFrom`, and moves the job to `pending_hitl`. */
  open(prompt: PromptInsert, allowedFrom: readonly JobStatus[]): Promise<OpenOutcome>;
  /**
   * Asks on behalf of a worker that has the job. A prompt that ended without an outcome (its job ended, or
   * its deadline failed the job) is asked again.
   */
  ask(asking: Asking): Promise<AskOutcome>;
  /** What {@link ask} would return, without a lock: for each key the prompt that stands for it, if all of them have an outcome and the asker has the job. */
  findOutcomes(lease: LeaseAddress, keys: readonly string[]): Promise<Prompt[] | undefined>;
  find(id: string): Promise<Prompt | undefined>;
  /** The open prompts of one job, oldest first; of one type, if it is given. */
  openOf(jobId: string, type?: string): Promise<OpenPrompt[]>;
  /** The prompt of one job (and type) that was opened last, open or not; of those that a response with this key won, if it is given. */
  latestOf(jobId: string, type?: string, winningKey?: string): Promise<Prompt | undefined>;
  /** Open prompts of all jobs after `position` whose deadline has not passed: due first, then oldest. */
  inbox(filter: InboxFilter, limit: number, position?: InboxPosition): Promise<InboxEntry[]>;
  /** Takes the first response to an open prompt; the job runs on once its last open prompt is settled. */
  respond(response: Response): Promise<RespondOutcome>;
  /** Changes what an open prompt shows, or its terms. */
  revise(revision: Revision): Promise<PromptOutcome>;
  /** Takes an open prompt back; the job runs on once its last open prompt is settled. */
  withdraw(withdrawal: Withdrawal): Promise<PromptOutcome>;
  /** Open prompts whose deadline has passed, the most overdue first. */
  overdue(limit: number): Promise<PromptAddress[]>;
  /**
   * Does what `onExpire` says, if the prompt is open and overdue. Of many that try at once,
   * one does it and the others are refused.
   */
  expire(address: PromptAddress, actor: Actor): Promise<PromptOutcome>;
}
