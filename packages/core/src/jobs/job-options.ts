import type { Actor } from "../actor.ts";
import type { JobFilter } from "./job.ts";

/*
 * What the calls of the job manager take beside a job.
 */

interface ActorOption {
  /** Who does it. Default: this process. */
  readonly actor?: Actor | undefined;
}

export interface CreateOptions extends ActorOption {
  /** Names the request: the same key with the same job returns the job of the first time. */
  readonly idempotencyKey?: string | undefined;
  /** Within what the key is unique: a tenant, a user, a job type. Default: empty, the whole fleet. */
  readonly idempotencyScope?: string | undefined;
  /** How long the key stands for the job; after that it makes a new one. Default: as long as the job is there. */
  readonly idempotencyTtlMs?: number | undefined;
  /** What a repetition gets: the job of the first time, or `IDEMPOTENCY_CONFLICT`. Default: `return_existing`. */
  readonly onConflict?: "return_existing" | "reject" | undefined;
}

export interface UpdateOptions extends ActorOption {
  /** Refuse unless the job still has this version. */
  readonly ifVersion?: number | undefined;
}

export interface CancelOptions extends UpdateOptions {
  /** Why, in words; becomes the job's `error`. */
  readonly reason?: string | undefined;
}

export interface GetOptions {
  /** The highest version that the caller has seen: an older copy is not good enough. Default: any. */
  readonly minVersion?: number | undefined;
}

export interface WaitOptions {
  /** The version that the caller has seen. Default: 0, which no job has. */
  readonly afterVersion?: number | undefined;
  /** The highest version that the caller has seen: an older copy is not good enough. Default: `afterVersion`. */
  readonly minVersion?: number | undefined;
  /** How long to wait at most. Default: 25 seconds. */
  readonly timeoutMs?: number | undefined;
  /** Ends the wait. */
  readonly signal?: AbortSignal | undefined;
}

export interface ListOptions extends JobFilter {
  /** From 1 to 200. Default: 50. */
  readonly limit?: number | undefined;
  /** `nextCursor` of the page before. Default: the first page. */
  readonly cursor?: string | undefined;
}

export interface EventsOptions {
  /** Only events of later versions. Default: from the beginning. */
  readonly afterVersion?: number | undefined;
  /** From 1 to 200. Default: 50. */
  readonly limit?: number | undefined;
}
