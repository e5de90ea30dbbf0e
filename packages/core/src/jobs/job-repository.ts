import type { Actor } from "../actor.ts";
import type { JsonObject } from "../json.ts";
import type { Job, JobChange, JobEvent, JobEventKind, JobFilter, JobStats, NewJob } from "./job.ts";
import type { JobStatus } from "./job-status.ts";

/** A new job with every default filled in. */
export interface JobInsert extends Required<{ [K in keyof NewJob]: Exclude<NewJob[K], undefined> }> {
  readonly actor: Actor;
  /** Names the request across repetitions. Null: each request is its own. */
  readonly idempotencyKey: string | null;
  /** A hash of what was asked, so that a key or id that comes back with another request is noticed. Null: made-up id, no key. */
  readonly requestHash: string | null;
}

/**
 * What became of an insert.
 *
 * - `inserted`: the job is new and durable.
 * - `replayed`: the same request was acknowledged before; this is its job as it is now.
 * - `key_conflict`: the idempotency key belongs to a different request.
 * - `id_conflict`: the id belongs to another job.
 */
export type InsertOutcome =
  | { readonly kind: "inserted"; readonly job: Job }
  | { readonly kind: "replayed"; readonly job: Job }
  | { readonly kind: "key_conflict"; readonly jobId: string }
  | { readonly kind: "id_conflict"; readonly jobId: string };

/** A change with the conditions under which it may happen. */
export interface GuardedChange {
  readonly change: JobChange;
  /** The statuses that the job must have, one of them. */
  readonly allowedFrom: readonly JobStatus[];
  /** The version that the job must have, if given. */
  readonly ifVersion?: number | undefined;
  /** Whether this begins a new attempt: clears what the last one left behind. */
  readonly newAttempt?: boolean | undefined;
  readonly event: { readonly kind: JobEventKind; readonly data: JsonObject; readonly actor: Actor };
}

/** What became of a guarded write: it happened, or the job as it stands (if it does) refused it. */
export type WriteOutcome =
  | { readonly kind: "applied"; readonly job: Job }
  | { readonly kind: "refused"; readonly current: Job | undefined };

/** A place in the list, between one job and the next. */
export interface ListPosition {
  readonly createdAt: Date;
  readonly id: string;
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
  insert(job: JobInsert): Promise<InsertOutcome>;
  find(id: string): Promise<Job | undefined>;
  /** At most `limit` jobs after `position`, newest first. */
  list(filter: JobFilter, limit: number, position?: ListPosition): Promise<Job[]>;
  /** A change that ends the job also closes its open prompts, in the same transaction. */
  update(id: string, guarded: GuardedChange): Promise<WriteOutcome>;
  /** Removes the job with its prompts and its history, if its status is one of these. */
  delete(id: string, allowedFrom: readonly JobStatus[]): Promise<WriteOutcome>;
  /** The events with a version above `afterVersion`, oldest first, at most `limit`. */
  events(id: string, afterVersion: number, limit: number): Promise<JobEvent[]>;
  stats(): Promise<JobStats>;
}
