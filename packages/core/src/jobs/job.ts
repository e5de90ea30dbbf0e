import type { Door } from "../actor.ts";
import type { Json, JsonObject } from "../json.ts";
import type { JobStatus } from "./job-status.ts";

/** What every job has, whatever its status. */
export interface JobRecord {
  /** A UUID in lower case; version 7, unless the creator chose another. */
  readonly id: string;
  /** The name of the handler that the job needs. */
  readonly type: string;
  /** The person or account that the job belongs to; only a label, it grants nothing. */
  readonly userId: string | null;
  /** What is to be done, in words. */
  readonly taskDescription: string;
  /** What the handler works on. The fleet never looks inside. */
  readonly input: Json;
  /** What the creator knows about the user. The fleet never looks inside. */
  readonly userContext: JsonObject;
  /** Free labels for the creator's own use; updates merge into it key by key. */
  readonly metadata: JsonObject;
  /** Words to find the job by. */
  readonly tags: readonly string[];
  /** The part of the work that it is in, in words. */
  readonly currentPhase: string | null;
  /** From 0 to 100. */
  readonly progressPercent: number;
  readonly progressMessage: string | null;
  /** From -5 to 5: of the jobs that want a worker, those with a higher one are claimed first. */
  readonly priority: number;
  /** 1 for the first try, +1 with every retry, whether somebody asked for it or an attempt had failed. */
  readonly attempt: number;
  /** How many attempts the job may use before a failure is final. */
  readonly maxAttempts: number;
  /** How long one attempt may stay with a worker. Null: as long as the worker lives. */
  readonly attemptTimeoutMs: number | null;
  /** When the job fails unless it has ended. Null: never, or it has ended. */
  readonly deadlineAt: Date | null;
  /** From when on a worker may claim the job. Null: it wants no worker now. */
  readonly availableAt: Date | null;
  /** 0 before its first claim, +1 with every claim; never goes back. It fences the writes of its worker. */
  readonly run: number;
  /** The worker that has the job now. Null: none. */
  readonly workerId: string | null;
  /** 1 at creation, +1 with every visible change. */
  readonly version: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  /** `memory` when the fleet runs without a database: this job ends with the process. */
  readonly durability: "database" | "memory";
  /** Present when the database could not be reached and this copy came from memory. */
  readonly stale?: true;
}

export interface PendingJob extends JobRecord {
  readonly status: "pending";
  readonly result: null;
  readonly error: null;
  readonly errorStack: null;
  readonly startedAt: null;
  readonly completedAt: null;
}

export interface ActiveJob extends JobRecord {
  readonly status: "running" | "pending_hitl";
  readonly result: null;
  readonly error: null;
  readonly errorStack: null;
  /** When it first left `pending`, by work or by a question. */
  readonly startedAt: Date;
  readonly completedAt: null;
}

export interface CompletedJob extends JobRecord {
  readonly status: "completed";
  readonly result: Json;
  readonly error: null;
  readonly errorStack: null;
  readonly startedAt: Date;
  readonly completedAt: Date;
}

export interface FailedJob extends JobRecord {
  readonly status: "failed";
  readonly result: null;
  /** Why it failed, in words. */
  readonly error: string;
  readonly errorStack: string | null;
  readonly startedAt: Date | null;
  readonly completedAt: Date;
}

export interface CancelledJob extends JobRecord {
  readonly status: "cancelled";
  readonly result: null;
  /** Why it was cancelled, when somebody said so. */
  readonly error: string | null;
  readonly errorStack: null;
  readonly startedAt: Date | null;
  readonly completedAt: Date;
}

/** One piece of long work. Its `status` decides what else it has. */
export type Job = PendingJob | ActiveJob | CompletedJob | FailedJob | CancelledJob;

/** What a job can be created with. Every field has a default, so `{}` is a job. */
export interface NewJob {
  /** A UUID of the caller's choice. Default: a new UUIDv7. */
  readonly id?: string | undefined;
  /** Default: `skill_creation`. */
  readonly type?: string | undefined;
  /** 1 to 255 characters. */
  readonly userId?: string | null | undefined;
  /** Default: empty. */
  readonly taskDescription?: string | undefined;
  /** Default: null. */
  readonly input?: Json | undefined;
  readonly userContext?: JsonObject | undefined;
  readonly metadata?: JsonObject | undefined;
  /** Each of 1 to 255 characters. */
  readonly tags?: readonly string[] | undefined;
  /** A whole number from -5 to 5; higher is claimed first. Default: 0. */
  readonly priority?: number | undefined;
  /** No worker may claim the job before this instant, by the database's clock. Default: at once. */
  readonly runAt?: Date | undefined;
  /** From 1 to 1,000. Default: 5. */
  readonly maxAttempts?: number | undefined;
  /** How long one attempt may stay with a worker; then it counts as failed. Default: no limit. */
  readonly attemptTimeoutMs?: number | undefined;
  /** How long the job may take from creation to its end, waits included; then it fails. Default: no limit. */
  readonly timeoutMs?: number | undefined;
}

/** What an update may change. A field that is absent stays as it is; at least one must be there. */
export interface JobChange {
  readonly status?: Exclude<JobStatus, "pending_hitl"> | undefined;
  readonly currentPhase?: string | null | undefined;
  /** From 0 to 100. Completing a job sets it to 100 unless the same update says otherwise. */
  readonly progressPercent?: number | undefined;
  readonly progressMessage?: string | null | undefined;
  /** Only together with status `completed`. */
  readonly result?: Json | undefined;
  /** Why: required with status `failed`, possible with `cancelled`. */
  readonly error?: string | undefined;
  /** Only together with status `failed`. */
  readonly errorStack?: string | undefined;
  /** Merged into the job's metadata key by key; a key whose value is null is removed. */
  readonly metadata?: JsonObject | undefined;
}

export const jobEventKinds = [
  "created",
  "updated",
  "started",
  "resumed",
  "released",
  "slept",
  "attempt_failed",
  "completed",
  "failed",
  "cancelled",
  "retried",
  "prompt_opened",
  "prompt_revised",
  "prompt_answered",
  "prompt_expired",
  "prompt_withdrawn",
] as const;

/**
 * What happened to a job at one version.
 *
 * A claim makes `started` of a pending job and `resumed` of one that a settled prompt or a finished sleep
 * sent back to the queue; `attempt_failed` has the error of an attempt after which there is another.
 */
export type JobEventKind = (typeof jobEventKinds)[number];

/** One line of a job's history: there is exactly one for every version. */
export interface JobEvent {
  readonly jobId: string;
  readonly version: number;
  readonly kind: JobEventKind;
  /** What changed; its keys are those of the change. */
  readonly data: JsonObject;
  readonly actor: string;
  readonly via: Door;
  readonly at: Date;
}

/** Which jobs a list shows. Filters combine with "and". */
export interface JobFilter {
  /** Any of these. Default: all. */
  readonly status?: readonly JobStatus[] | undefined;
  readonly type?: string | undefined;
  readonly userId?: string | undefined;
  readonly tag?: string | undefined;
  /** Created at this instant or later. */
  readonly createdAfter?: Date | undefined;
  /** Created before this instant. */
  readonly createdBefore?: Date | undefined;
}

/** One page of a list, newest first. */
export interface JobPage {
  readonly jobs: readonly Job[];
  /** Hand it back to get the page after this one; null when this is the last. */
  readonly nextCursor: string | null;
}

/** How long the completed jobs took from start to end, in milliseconds. */
export interface JobDurations {
  readonly averageMs: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
}

/**
 * Counts over all jobs that the store holds.
 *
 * Of more than some ten thousand they are estimated from a part of them: near where many jobs are
 * counted, and types that only few jobs have may be missing. Those that have not ended are counted one by one all
 * the same, unless there are thousands of them.
 */
export interface JobStats {
  readonly estimated: boolean;
  readonly total: number;
  readonly byStatus: Readonly<Record<JobStatus, number>>;
  readonly byType: readonly { readonly type: string; readonly total: number }[];
  /** Completed jobs among those that ended, from 0 to 1; null while none has ended. */
  readonly completionRate: number | null;
  /** Null while none has completed. */
  readonly durations: JobDurations | null;
}
