import type { Actor } from "../actor.ts";
import type { Json, JsonObject } from "../json.ts";
import type { LeasedJob } from "../leases/lease.ts";
import type { Claim } from "../leases/lease-repository.ts";
import type { Job, JobChange, JobEvent, JobEventKind, JobFilter, JobStats, NewJob } from "./job.ts";
import type { FinalStatus, JobStatus } from "./job-status.ts";
import type { PrunableJobs, RetentionMs } from "./retention.ts";

type Filled<Fields> = Required<{ [Name in keyof Fields]: Exclude<Fields[Name], undefined> }>;

/** A new job with every default filled in. */
export interface JobInsert extends Omit<Filled<NewJob>, "runAt" | "attemptTimeoutMs" | "timeoutMs"> {
  /** Null: at once. */
  readonly runAt: Date | null;
  readonly attemptTimeoutMs: number | null;
  readonly timeoutMs: number | null;
  readonly actor: Actor;
  /** Names the request across repetitions. Null: each request is its own. */
  readonly idempotencyKey: string | null;
  /** Within what the key is unique. */
  readonly idempotencyScope: string;
  /** How long the key stands for the job. Null: as long as the job is there. */
  readonly idempotencyTtlMs: number | null;
  /** A hash of what was asked, so that a key or id that comes back with another request is noticed. Null: made-up id, no key. */
  readonly requestHash: string | null;
}

/**
 * What became of an insert.
 *
 * - `inserted`: the job is new and durable. `started` is what the claim made of it that it was inserted for.
 * - `replayed`: the same request was acknowledged before; this is its job as it is now.
 * - `key_conflict`: the idempotency key belongs to a different request.
 * - `id_conflict`: the id belongs to another job.
 */
export type InsertOutcome =
  | { readonly kind: "inserted"; readonly job: Job; readonly started?: (Job & LeasedJob) | undefined }
  | { readonly kind: "replayed"; readonly job: Job }
  | { readonly kind: "key_conflict"; readonly jobId: string }
  | { readonly kind: "id_conflict"; readonly jobId: string };

/**
 * Where a job stands after a change.
 *
 * - `nowhere`: neither in the queue nor with a worker. `byHand`: no worker may claim it until it is `pending` again.
 * - `queue`: it can be claimed, after `delayMs`; without a delay it has the place of its creation, before all that came later.
 *   `parked`: the worker that had it last, which keeps the handler in memory, may claim it first.
 */
export type Place =
  | { readonly in: "nowhere"; readonly byHand?: boolean }
  | { readonly in: "queue"; readonly delayMs?: number; readonly parked?: boolean };

/** A change with the conditions under which it may happen. */
export interface GuardedChange {
  readonly change: JobChange;
  /** The lease that the writer must have, by its run. Undefined: it needs none. */
  readonly run?: number | undefined;
  /** Where the job stands afterwards. Undefined: where it stood. */
  readonly place?: Place | undefined;
  /** The statuses that the job must have, one of them. */
  readonly allowedFrom: readonly JobStatus[];
  /** The version that the job must have, if given. */
  readonly ifVersion?: number | undefined;
  /** Whether this begins a new attempt: clears what the last one left behind. */
  readonly newAttempt?: boolean | undefined;
  readonly event: { readonly kind: JobEventKind; readonly data: JsonObject; readonly actor: Actor };
}

/** A worker's word that its job is done. */
export interface GuardedCompletion {
  readonly jobId: string;
  /** The lease that the worker must have. */
  readonly run: number;
  readonly result: Json;
  readonly actor: Actor;
  /** The job as it was seen last, which may be long ago: an engine that finds it so needs to read less. */
  readonly known: Job | undefined;
}

/** The change that a completion is. */
export function changeOfCompletion({ run, result, actor }: GuardedCompletion): GuardedChange {
  return {
    change: { status: "completed", progressPercent: 100, result },
    run,
    place: { in: "nowhere" },
    allowedFrom: ["running"],
    event: { kind: "completed", data: { run }, actor },
  };
}

/** What became of a guarded write: it happened, or the job as it stands (if it does) refused it. */
export type WriteOutcome =
  | { readonly kind: "applied"; readonly job: Job }
  | { readonly kind: "refused"; readonly current: Job | undefined };

/** The job that a write has left behind; undefined when it was refused. */
export function appliedJob(outcome: { readonly kind: "applied"; readonly job: Job } | { readonly kind: "refused" }): Job | undefined {
  return outcome.kind === "applied" ? outcome.job : undefined;
}

/** A place in the list, between one job and the next. */
export interface ListPosition {
  readonly createdAt: Date;
  readonly id: string;
}

/** What one batch removed. */
export interface PrunedBatch {
  readonly pruned: readonly { readonly id: string; readonly status: FinalStatus }[];
  /** Where the next batch begins; undefined when this was the last. */
  readonly next: ListPosition | undefined;
}

/**
 * Where jobs are kept.
 *
 * Promises of every engine: a write is durable before its promise resolves. A write happens
 * whole or not at all, with its event. Guards are checked in the same statement as the write,
 * so that of two competing writers one is refused. Ids are UUIDs in lower case.
 *
 * Every method throws {@link FleetError} `STORE_UNAVAILABLE` when the engine cannot be reached;
 * a write may then have happened, and repeating an insert with the same id is harmless.
 */
export interface JobRepository {
  /** With `startedBy` the job that is new begins in the same write, leased to that claim; it has two events then, and was never in the queue. */
  insert(job: JobInsert, startedBy?: Claim): Promise<InsertOutcome>;
  find(id: string): Promise<Job | undefined>;
  /** At most `limit` jobs after `position`, newest first. */
  list(filter: JobFilter, limit: number, position?: ListPosition): Promise<Job[]>;
  /** A change that ends the job also closes its open prompts and forgets its deadline, in the same transaction. */
  update(id: string, guarded: GuardedChange): Promise<WriteOutcome>;
  /** Makes the {@link changeOfCompletion change} that nearly every job ends with. */
  complete(completion: GuardedCompletion): Promise<WriteOutcome>;
  /** Removes the job with its prompts and its history, if its status is one of these. */
  delete(id: string, allowedFrom: readonly JobStatus[]): Promise<WriteOutcome>;
  /**
   * Removes up to `limit` jobs that ended longer ago than they are kept, as `delete` does, oldest first. It may
   * look at no more than a part of those that are there, and then says where to go on. One that has not ended is never removed, nor one that somebody else is changing.
   */
  prune(retention: RetentionMs, limit: number, after?: ListPosition): Promise<PrunedBatch>;
  /** What {@link prune} would remove. Changes nothing. */
  prunable(retention: RetentionMs): Promise<PrunableJobs>;
  /** Jobs that have not ended although their deadline has passed, the most overdue first. */
  overdue(limit: number): Promise<string[]>;
  /** The events with a version above `afterVersion`, oldest first, at most `limit`. */
  events(id: string, afterVersion: number, limit: number): Promise<JobEvent[]>;
  stats(): Promise<JobStats>;
}
