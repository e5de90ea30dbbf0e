import { deadlineActor, processActor } from "../actor.ts";
import { maxPollMs } from "../changes/change-feed.ts";
import type { JobWaiters } from "../changes/job-waiters.ts";
import { FleetError, invalidInput } from "../errors.ts";
import { normalizeId } from "../ids.ts";
import { assertStorable, type JsonObject } from "../json.ts";
import type { Claim } from "../leases/lease-repository.ts";
import type { WaitingClaims } from "../leases/waiting-claims.ts";
import { checkLimit, cutPage, decodeCursor, encodeCursor } from "../list-cursor.ts";
import type { Logger } from "../logger.ts";
import { sweep } from "../sweep.ts";
import type { Job, JobChange, JobEvent, JobEventKind, JobPage, JobStats, NewJob } from "./job.ts";
import type { JobCache } from "./job-cache.ts";
import { checkChange, definedFields } from "./job-change.ts";
import type { CancelOptions, CreateOptions, EventsOptions, GetOptions, ListOptions, UpdateOptions, WaitOptions } from "./job-options.ts";
import { jobNotFound, refusal, requireJobId } from "./job-refusal.ts";
import { appliedJob, type GuardedChange, type InsertOutcome, type JobInsert, type JobRepository } from "./job-repository.ts";
import { activeStatuses, finalStatuses, isFinal, type JobStatus, sourcesOf, type TransitionVerb } from "./job-status.ts";
import { placeAfter, prepareJob } from "./prepare-job.ts";
import { type JobCounts, keepsAll, type PrunableJobs, pruneJobs, type RetentionMs } from "./retention.ts";

/** How many overdue jobs are failed at once. */
const sweepSize = 200;

export interface JobManagerParts {
  readonly repository: JobRepository;
  readonly cache: JobCache;
  readonly jobWaiters: JobWaiters;
  readonly waitingClaims: WaitingClaims;
  readonly logger: Logger;
}

/** A job, and whether the request that asked for it had been acknowledged before. */
export interface CreatedJob {
  readonly job: Job;
  readonly deduplicated: boolean;
}

const eventKindOf: Record<Exclude<JobStatus, "pending_hitl">, JobEventKind> = {
  pending: "released",
  running: "started",
  completed: "completed",
  failed: "failed",
  cancelled: "cancelled",
};

/**
 * Decides what may happen to a job, and keeps memory and database in step.
 *
 * Every write is durable before its promise resolves, and of two writes that exclude each other
 * one is refused. Every method may throw {@link FleetError} `STORE_UNAVAILABLE`; methods that
 * take a job's id throw `JOB_NOT_FOUND` when there is none, also for an id that is no UUID.
 */
export class JobManager {
  readonly #repository: JobRepository;
  readonly #cache: JobCache;
  readonly #jobWaiters: JobWaiters;
  readonly #waitingClaims: WaitingClaims;
  readonly #logger: Logger;

  constructor(parts: JobManagerParts) {
    this.#repository = parts.repository;
    this.#cache = parts.cache;
    this.#jobWaiters = parts.jobWaiters;
    this.#waitingClaims = parts.waitingClaims;
    this.#logger = parts.logger;
  }

  /**
   * Creates a job, and returns it as it was created: in status `pending`, at version 1. When a claim waits for one of its type in
   * this process, and the job has no `runAt`, it starts in the same write: what is stored is version 2, and it runs.
   *
   * Repeating a request is harmless when it has an id or an idempotency key: it returns the
   * job of the first time, as it is now, with `deduplicated: true`.
   *
   * @throws {FleetError} `INVALID_INPUT`; `JOB_ALREADY_EXISTS` when another job has the id;
   *   `IDEMPOTENCY_CONFLICT` when the key came with a different job before, or with any and
   *   `onConflict` is `reject`
   */
  async create(job: NewJob = {}, options: CreateOptions = {}): Promise<CreatedJob> {
    const insert = prepareJob(job, options);
    const outcome = await this.#insert(insert);
    if (outcome.kind === "id_conflict") {
      throw new FleetError("JOB_ALREADY_EXISTS", `Another job has the id ${insert.id} already.`, { jobId: insert.id });
    }
    if (outcome.kind === "key_conflict") {
      throw idempotencyConflict(insert, outcome.jobId, "from a different request. Send the same request again, or take a new key.");
    }
    if (outcome.kind === "replayed" && options.onConflict === "reject") {
      throw idempotencyConflict(insert, outcome.job.id, "from the same request. Read that job, or take a new key.");
    }
    return { job: outcome.job, deduplicated: outcome.kind === "replayed" };
  }

  /**
   * The job. Served from memory when the copy there is known to be current; with the database
   * unreachable it may be an older copy, which has `stale: true`.
   */
  async get(id: string, options: GetOptions = {}): Promise<Job> {
    const job = await this.find(id, options);
    if (job === undefined) throw jobNotFound(id);
    return job;
  }

  /** As {@link get}, but undefined when there is no such job. */
  async find(id: string, { minVersion = 0 }: GetOptions = {}): Promise<Job | undefined> {
    const jobId = normalizeId(id);
    if (jobId === undefined) return undefined;
    return this.#cache.read(jobId, minVersion, async () => {
      try {
        return await this.#repository.find(jobId);
      } catch (error) {
        this.#logger.error({ err: error, jobId }, "Error loading job from database");
        throw error;
      }
    });
  }

  /**
   * The job as soon as it has a later version than `afterVersion`, on whichever instance it
   * changed; as it stands when the time is up, the signal ends, or the fleet closes.
   *
   * @throws {FleetError} `JOB_NOT_FOUND` also when it is deleted meanwhile
   */
  async waitForChange(id: string, { afterVersion = 0, minVersion = 0, timeoutMs = 25_000, signal }: WaitOptions = {}): Promise<Job> {
    const jobId = requireJobId(id);
    const seen = { minVersion: Math.max(afterVersion, minVersion) };
    const endsAtMs = performance.now() + timeoutMs;
    for (;;) {
      const ear = this.#jobWaiters.listen(jobId);
      try {
        const job = await this.get(jobId, seen);
        const leftMs = endsAtMs - performance.now();
        if (job.version > afterVersion || leftMs <= 0 || signal?.aborted || this.#jobWaiters.isClosed) return job;
        await ear.heard(Math.min(leftMs, maxPollMs), signal);
      } finally {
        ear.close();
      }
    }
  }

  /**
   * A page of jobs, newest first, always read from the store.
   *
   * @throws {FleetError} `INVALID_INPUT` when the limit or the cursor is not one
   */
  async list(options: ListOptions = {}): Promise<JobPage> {
    const { limit: wanted, cursor, ...filter } = options;
    assertStorable({ type: filter.type, userId: filter.userId, tag: filter.tag });
    checkInstants({ createdAfter: filter.createdAfter, createdBefore: filter.createdBefore });
    const limit = checkLimit(wanted);
    const position = cursor === undefined ? undefined : decodeCursor(cursor);
    const { rows, nextCursor } = cutPage(await this.#repository.list(filter, limit + 1, position), limit, encodeCursor);
    return { jobs: rows, nextCursor };
  }

  /**
   * Changes a job that has not ended, if the transition table allows it.
   *
   * Ending a job closes its open prompts with it. A status that the job has already is no move:
   * the rest of the change happens.
   *
   * @throws {FleetError} `INVALID_INPUT`, `INVALID_TRANSITION`, `VERSION_MISMATCH`
   */
  async update(id: string, change: JobChange, options: UpdateOptions = {}): Promise<Job> {
    const jobId = requireJobId(id);
    checkChange(change, jobId);
    const { status } = change;
    const filled = status === "completed" ? { progressPercent: 100, result: null, ...definedFields(change) } : change;
    return this.#write(jobId, "update", status, {
      change: filled,
      allowedFrom: status === undefined ? activeStatuses : [...sourcesOf(status, "update"), ...(isFinal(status) ? [] : [status])],
      ifVersion: options.ifVersion,
      place: status && placeAfter(status),
      event: {
        kind: status === undefined ? "updated" : eventKindOf[status],
        data: definedFields(change) as JsonObject,
        actor: options.actor ?? processActor,
      },
    });
  }

  /** Ends a job that has not ended, and closes its open prompts. @throws as {@link update} does */
  async cancel(id: string, { reason, ...options }: CancelOptions = {}): Promise<Job> {
    return this.update(id, { status: "cancelled", error: reason }, options);
  }

  /**
   * Sends a failed or cancelled job back to `pending` for another attempt, also when it has used all that it
   * had. What its handler has stored (finished steps, answers) stays.
   *
   * @throws {FleetError} `INVALID_TRANSITION` for any other status; `VERSION_MISMATCH`
   */
  async retry(id: string, options: UpdateOptions = {}): Promise<Job> {
    return this.#write(requireJobId(id), "retry", "pending", {
      change: { status: "pending" },
      allowedFrom: sourcesOf("pending", "retry"),
      ifVersion: options.ifVersion,
      newAttempt: true,
      place: { in: "queue", delayMs: 0 },
      event: { kind: "retried", data: {}, actor: options.actor ?? processActor },
    });
  }

  /**
   * Removes a job with its prompts and its history.
   *
   * @throws {FleetError} `JOB_ACTIVE` while it runs or waits for a person
   */
  async delete(id: string): Promise<void> {
    const jobId = requireJobId(id);
    const outcome = await this.#report(jobId, this.#repository.delete(jobId, ["pending", ...finalStatuses]));
    if (outcome.kind === "applied") return this.#cache.drop(jobId);
    if (outcome.current === undefined) throw jobNotFound(jobId);
    const message = `Job ${jobId} is ${outcome.current.status}. Cancel it first; a job that is pending or has ended can be deleted.`;
    throw new FleetError("JOB_ACTIVE", message, { jobId });
  }

  /** The history of a job, oldest first: one event for every version. */
  async events(id: string, options: EventsOptions = {}): Promise<JobEvent[]> {
    const jobId = requireJobId(id);
    const events = await this.#repository.events(jobId, options.afterVersion ?? 0, checkLimit(options.limit));
    if (events.length === 0) await this.get(jobId);
    return events;
  }

  /**
   * Fails every job whose deadline has passed, and says how many those were. Safe to call at any time, by
   * any number of instances: each deadline happens once.
   */
  async expireOverdue(): Promise<number> {
    return sweep(
      (limit) => this.#repository.overdue(limit),
      (id) => this.#failOverdue(id),
      sweepSize,
    );
  }

  /**
   * Removes the jobs that ended longer ago than they are kept, with their prompts and their history, and
   * says how many those were. Safe to call at any time, by any number of instances, and to break off
   * with a signal: each job goes whole, once.
   */
  async prune(retention: RetentionMs, { signal }: { readonly signal?: AbortSignal | undefined } = {}): Promise<JobCounts> {
    if (keepsAll(retention)) return { completed: 0, failed: 0, cancelled: 0 };
    return pruneJobs(this.#repository, this.#cache, retention, signal);
  }

  /** What {@link prune} would remove now. Changes nothing. */
  async prunable(retention: RetentionMs): Promise<PrunableJobs> {
    return this.#repository.prunable(retention);
  }

  /** Counts over all jobs that the store holds. */
  async stats(): Promise<JobStats> {
    return this.#repository.stats();
  }

  /** Drops expired jobs from memory and says how many those were. In a database they stay. */
  cleanup(): number {
    return this.#cache.cleanUp();
  }

  /** Says whether this call has failed the job: it may have ended in time after all, or another instance has failed it. */
  async #failOverdue(id: string): Promise<boolean> {
    const error = "The job took longer than its time limit.";
    try {
      await this.update(id, { status: "failed", error }, { actor: deadlineActor });
      return true;
    } catch (refused) {
      if (FleetError.is(refused, "INVALID_TRANSITION") || FleetError.is(refused, "JOB_NOT_FOUND")) return false;
      throw refused;
    }
  }

  #insert(insert: JobInsert): Promise<InsertOutcome> {
    const write = (startedBy?: Claim) => {
      return this.#cache.write<InsertOutcome>(
        insert.id,
        () => this.#repository.insert(insert, startedBy),
        (result) => (result.kind === "inserted" ? (result.started ?? result.job) : undefined),
      );
    };
    return insert.runAt === null ? this.#waitingClaims.create(insert.type, write) : write();
  }

  async #write(jobId: string, verb: TransitionVerb, target: JobStatus | undefined, guarded: GuardedChange): Promise<Job> {
    // JSON would turn NaN into null, which guards nothing.
    if (guarded.ifVersion !== undefined && !Number.isSafeInteger(guarded.ifVersion)) {
      throw invalidInput([{ path: ["ifVersion"], message: "must be a whole number" }], jobId);
    }
    const outcome = await this.#cache.write(jobId, () => this.#report(jobId, this.#repository.update(jobId, guarded)), appliedJob);
    if (outcome.kind === "refused") throw refusal(jobId, outcome.current, { verb, target, ifVersion: guarded.ifVersion });
    return outcome.job;
  }

  async #report<Outcome>(jobId: string, write: Promise<Outcome>): Promise<Outcome> {
    try {
      return await write;
    } catch (error) {
      this.#logger.error({ err: error, jobId }, "Failed to update job in database");
      throw error;
    }
  }
}

function idempotencyConflict({ idempotencyKey }: JobInsert, jobId: string, how: string): FleetError {
  const message = `The idempotency key "${idempotencyKey}" was used before to create job ${jobId} ${how}`;
  return new FleetError("IDEMPOTENCY_CONFLICT", message, { jobId });
}

function checkInstants(instants: Readonly<Record<string, Date | undefined>>): void {
  for (const [name, instant] of Object.entries(instants)) {
    if (Number.isNaN(instant?.getTime())) throw invalidInput([{ path: [name], message: "is not a date" }]);
  }
}
