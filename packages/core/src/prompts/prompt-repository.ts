import type { Actor } from "../actor.ts";
import type { Job } from "../jobs/job.ts";
import type { ListPosition } from "../jobs/job-repository.ts";
import type { JobStatus } from "../jobs/job-status.ts";
import type { Json } from "../json.ts";
import type { InboxEntry, InboxFilter, NewPrompt, OpenPrompt, Prompt } from "./prompt.ts";

/** A new prompt with every default filled in. */
export interface PromptInsert extends Required<{ [K in keyof NewPrompt]: Exclude<NewPrompt[K], undefined> }> {
  readonly id: string;
  readonly jobId: string;
  readonly actor: Actor;
}

export type OpenOutcome =
  | { readonly kind: "opened"; readonly prompt: OpenPrompt; readonly job: Job }
  | { readonly kind: "refused"; readonly current: Job | undefined };

export interface Response {
  readonly promptId: string;
  readonly jobId: string;
  readonly value: Json;
  /** Names the request across repetitions. Null: a repetition is another response. */
  readonly idempotencyKey: string | null;
  readonly actor: Actor;
}

/**
 * What became of a response.
 *
 * - `accepted`: it won; the prompt and its job have moved.
 * - `replayed`: it had won before, and this is the same request again.
 * - `refused`: the prompt is not open (or, when undefined, not there), and this is how it stands.
 */
export type RespondOutcome =
  | { readonly kind: "accepted"; readonly job: Job; readonly jobStatus: JobStatus }
  | { readonly kind: "replayed"; readonly jobStatus: JobStatus }
  | { readonly kind: "refused"; readonly prompt: Prompt | undefined };

/**
 * Where prompts are kept.
 *
 * Promises of every engine: a prompt and its job change together or not at all. Changes to the
 * prompts of one job happen one after the other, so that a job is `pending_hitl` exactly while
 * one of its prompts is open. Throws `STORE_UNAVAILABLE` as {@link JobRepository} does.
 */
export interface PromptRepository {
  /** Opens a prompt if the job's status is one of `allowedFrom`, and moves the job to `pending_hitl`. */
  open(prompt: PromptInsert, allowedFrom: readonly JobStatus[]): Promise<OpenOutcome>;
  find(id: string): Promise<Prompt | undefined>;
  /** The open prompts of one job, oldest first. */
  openOf(jobId: string): Promise<OpenPrompt[]>;
  /** The prompt of one job that was opened last, open or not. */
  latestOf(jobId: string): Promise<Prompt | undefined>;
  /** Open prompts of all jobs after `position`, oldest first. */
  inbox(filter: InboxFilter, limit: number, position?: ListPosition): Promise<InboxEntry[]>;
  /** Takes the first response to an open prompt; the job runs on once its last prompt is answered. */
  respond(response: Response): Promise<RespondOutcome>;
}
