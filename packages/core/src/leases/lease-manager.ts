import { isDeepStrictEqual } from "node:util";
import { type Actor, processActor } from "../actor.ts";
import type { WorkWaiters } from "../changes/work-waiters.ts";
import { FleetError, invalidInput } from "../errors.ts";
import type { Job } from "../jobs/job.ts";
import type { JobCache } from "../jobs/job-cache.ts";
import { checkChange, definedFields } from "../jobs/job-change.ts";
import { requireJobId } from "../jobs/job-refusal.ts";
import type { GuardedChange, JobRepository } from "../jobs/job-repository.ts";
import { maxTimeoutMs } from "../jobs/prepare-job.ts";
import { assertStorable, type Json, type JsonObject } from "../json.ts";
import { checkLimit } from "../list-cursor.ts";
import type { Logger } from "../logger.ts";
import type { AskRequest, PromptManager } from "../prompts/prompt-manager.ts";
import { checkNames, textLimit } from "../text-limit.ts";
import { endOfAttempt } from "./end-of-attempt.ts";
import type {
  Asked,
  AttemptFailure,
  ClaimRequest,
  Heartbeat,
  HeartbeatRequest,
  LeaseAddress,
  LeasedJob,
  LostLease,
  WorkerTerms,
} from "./lease.ts";
import { hasParked } from "./lease.ts";
import { LeaseExpiry } from "./lease-expiry.ts";
import { leaseLost } from "./lease-refusal.ts";
import type { LeaseRepository } from "./lease-repository.ts";
import type { NewStep, Step } from "./step.ts";
import type { StepRepository } from "./step-repository.ts";

/** A worker that is silent for longer is taken for dead. */
export const defaultLeaseTimeoutMs = 30_000;

/** How many beats fit into the time after which a worker is taken for dead. */
const beatsPerTimeout = 6;

/** Whoever waits for work looks again after this time, in case a notice was lost. */
const pollMs = 2_000;

/** What is in the queue but locked by somebody else is looked at again after this time. */
const busyMs = 20;

export interface LeaseManagerParts {
  readonly repository: LeaseRepository;
  readonly steps: StepRepository;
  readonly jobs: JobRepository;
  readonly prompts: Pick<PromptManager, "ask">;
  readonly cache: JobCache;
  readonly work: WorkWaiters;
  readonly logger: Logger;
  /** Default: 30 seconds. */
  readonly leaseTimeoutMs?: number | undefined;
}

interface ActorOption {
  /** Who does it. Default: this process. */
  readonly actor?: Actor | undefined;
}

export interface ClaimOptions extends ActorOption {
  /** Ends the wait: the one who waits has gone. What was claimed for it meanwhile goes back. */
  readonly signal?: AbortSignal | undefined;
}

/** How a job ends well. */
export interface Completion extends LeaseAddress {
  /** Default: null. */
  readonly result?: Json | undefined;
}

/** How far a handler is. At least one field must be there. */
export interface ProgressReport extends LeaseAddress {
  /** From 0 to 100. */
  readonly percent?: number | undefined;
  readonly message?: string | null | undefined;
  /** The part of the work that it is in, in words. */
  readonly phase?: string | null | undefined;
}

/** A sleep of a handler, by its name. */
export interface SleepRequest extends LeaseAddress {
  readonly name: string;
  /** Counted by the database's clock from when the sleep was first asked for. */
  readonly ms: number;
}

/**
 * Gives jobs to workers, and takes what workers make of them.
 *
 * A worker that has claimed a job has it in a run, and every write names that run. Once the lease has
 * ended (the worker died, somebody else moved the job, it waits for a person) those writes are
 * refused with `LEASE_LOST` and change nothing, however late they come. Every method may throw
 * {@link FleetError} `STORE_UNAVAILABLE`; those that take a job throw `JOB_NOT_FOUND` when there is none.
 */
export class LeaseManager {
  readonly #parts: LeaseManagerParts;
  readonly #expiry: LeaseExpiry;
  readonly #terms: WorkerTerms;

  constructor(parts: LeaseManagerParts) {
    const leaseTimeoutMs = parts.leaseTimeoutMs ?? defaultLeaseTimeoutMs;
    this.#parts = parts;
    this.#terms = { leaseTimeoutMs, heartbeatIntervalMs: Math.ceil(leaseTimeoutMs / beatsPerTimeout) };
    this.#expiry = new LeaseExpiry({ ...parts, leaseTimeoutMs });
  }

  /**
   * Begins the life of a worker, and tells it how often to beat. What a former process left behind under
   * the same id is taken from it: that costs those jobs an attempt, as any crash does.
   *
   * @throws {FleetError} `INVALID_INPUT`
   */
  async register({ workerId, types }: Pick<HeartbeatRequest, "workerId" | "types">): Promise<WorkerTerms> {
    checkWorker(workerId, types);
    const leases = await this.#parts.repository.beat(workerId, types);
    for (const lease of leases) await this.#expiry.end({ ...lease, workerId, reason: "worker_died" });
    return this.#terms;
  }

  /**
   * Takes up to `limit` jobs of these types, those with the highest priority first, then those that have been
   * available longest. With `waitMs` it returns as soon as there is one. Counts as a heartbeat.
   *
   * A claim whose reply is lost may have happened: the heartbeat shows its leases.
   *
   * @throws {FleetError} `INVALID_INPUT`
   */
  async claim(request: ClaimRequest, { actor = processActor, signal }: ClaimOptions = {}): Promise<readonly LeasedJob[]> {
    const { workerId, types, claim = 0, waitMs = 0 } = request;
    checkWorker(workerId, types);
    const limit = checkLimit(request.limit ?? 1);
    const endsAtMs = performance.now() + waitMs;
    const { repository, work } = this.#parts;
    while (signal?.aborted !== true) {
      const ear = work.listen(types);
      try {
        const jobs = await this.#take({ workerId, types, limit, claim, actor }, signal);
        // What came meanwhile, or did not fit, is work for others.
        if (jobs.length === limit || (jobs.length > 0 && ear.isAwake)) work.passOn(types);
        const leftMs = endsAtMs - performance.now();
        if (jobs.length > 0 || leftMs <= 0 || work.isClosed) return jobs;
        const untilMs = (await repository.untilAvailableMs(types, workerId)) ?? pollMs;
        await ear.heard(Math.min(leftMs, pollMs, Math.max(untilMs, busyMs)), signal);
        if (signal?.aborted && ear.isAwake) work.passOn(types);
      } finally {
        ear.close();
      }
    }
    return [];
  }

  /**
   * Says that a worker lives, and what it has. A worker that beats too rarely loses its jobs to others.
   *
   * @throws {FleetError} `INVALID_INPUT`
   */
  async heartbeat({ workerId, types, held = [] }: HeartbeatRequest): Promise<Heartbeat> {
    checkWorker(workerId, types);
    const leases = await this.#parts.repository.beat(workerId, types);
    const has = new Set(leases.map(({ jobId }) => jobId));
    const missing = held.filter((jobId) => !has.has(jobId));
    const lost = missing.map(async (jobId): Promise<LostLease> => {
      const job = await this.#parts.jobs.find(requireJobId(jobId));
      return { jobId, status: job?.status };
    });
    return { leases, lost: await Promise.all(lost) };
  }

  /** Ends the life of a worker: what it still has goes back to the queue, without costing an attempt. Safe to call twice. */
  async deregister({ workerId }: Pick<HeartbeatRequest, "workerId">, { actor }: ActorOption = {}): Promise<void> {
    checkWorker(workerId, []);
    const leases = await this.#parts.repository.leasesOf(workerId);
    await Promise.all(leases.map((lease) => this.#releaseIfHeld(lease, actor)));
    await this.#parts.repository.forget(workerId);
  }

  /** Completes a job. Repeating it is harmless. @throws {FleetError} `LEASE_LOST`; `INVALID_INPUT` */
  async complete({ jobId, run, result = null }: Completion, { actor }: ActorOption = {}): Promise<Job> {
    const change = { status: "completed", progressPercent: 100, result } as const;
    const place = { in: "nowhere" } as const;
    const isDone = (job: Job) => job.status === "completed" && job.run === run && isDeepStrictEqual(job.result, result);
    return this.#write({ jobId, run }, { change, place, event: { kind: "completed", data: { run }, actor } }, isDone);
  }

  /**
   * Ends an attempt that did not succeed: another one follows after a backoff, or, when the failure cannot be
   * repaired or was the last that the job may have, the job fails. The error is kept in the history either way.
   *
   * @throws {FleetError} `LEASE_LOST`; `INVALID_INPUT`
   */
  async fail(failure: AttemptFailure, { actor }: ActorOption = {}): Promise<Job> {
    const { jobId, run, retryAfterMs, ...told } = failure;
    if (retryAfterMs !== undefined && !(retryAfterMs >= 0 && retryAfterMs <= maxTimeoutMs)) {
      throw invalidInput([{ path: ["retryAfterMs"], message: `must be from 0 to ${maxTimeoutMs}` }], jobId);
    }
    const job = await this.#parts.jobs.find(requireJobId(jobId));
    if (job === undefined || job.run !== run) throw leaseLost(jobId, run, job);
    return this.#write({ jobId, run }, { ...endOfAttempt(job, { ...told, retryAfterMs }), actor });
  }

  /** Gives a job back, untried: it returns to its old place in the queue without costing an attempt. @throws {FleetError} `LEASE_LOST` */
  async release(lease: LeaseAddress, { actor }: ActorOption = {}): Promise<Job> {
    const event = { kind: "released", data: { run: lease.run }, actor } as const;
    return this.#write(lease, { change: { status: "pending" }, place: { in: "queue" }, event });
  }

  /** Says how far the work is. @throws {FleetError} `LEASE_LOST`; `INVALID_INPUT` */
  async progress({ jobId, run, percent, message, phase }: ProgressReport, { actor }: ActorOption = {}): Promise<Job> {
    const change = { progressPercent: percent, progressMessage: message, currentPhase: phase };
    return this.#write({ jobId, run }, { change, event: { kind: "updated", data: definedFields(change) as JsonObject, actor } });
  }

  /** Everything that the handlers of a job have stored. */
  async steps({ jobId }: Pick<LeaseAddress, "jobId">): Promise<readonly Step[]> {
    return this.#parts.steps.list(requireJobId(jobId));
  }

  /**
   * Stores the output of a finished step, or the last checkpoint, and returns what is stored: a step that
   * was stored before keeps its first output.
   *
   * @throws {FleetError} `LEASE_LOST`; `INVALID_INPUT`
   */
  async putStep(step: NewStep): Promise<Json> {
    return (await this.#store(step)).output;
  }

  /**
   * Asks people. Repeating it is harmless: a question is found by its key.
   *
   * @throws {FleetError} `LEASE_LOST`; `INVALID_INPUT`
   */
  async ask(request: AskRequest, options: ActorOption = {}): Promise<Asked> {
    return this.#parts.prompts.ask(request, options);
  }

  /**
   * Sleeps, for any length. Says whether the sleep is over; if not, the lease has ended and the job comes back
   * to the queue when it is. Repeating it is harmless: a sleep is found by its name.
   *
   * @throws {FleetError} `LEASE_LOST`; `INVALID_INPUT`
   */
  async sleep({ jobId, run, name, ms }: SleepRequest, { actor }: ActorOption = {}): Promise<{ readonly isOver: boolean }> {
    if (!(ms >= 0 && ms <= maxTimeoutMs)) throw invalidInput([{ path: ["ms"], message: `must be from 0 to ${maxTimeoutMs}` }], jobId);
    if (await this.#isAsleep({ jobId, run }, name)) return { isOver: false };
    const { output, ageMs } = await this.#store({ jobId, run, kind: "sleep", name, output: ms });
    const leftMs = Number(output) - ageMs;
    if (leftMs <= 0) return { isOver: true };
    const event = { kind: "slept", data: { run, name, ms: leftMs }, actor } as const;
    await this.#write({ jobId, run }, { change: {}, place: { in: "queue", delayMs: leftMs, parked: true }, event });
    return { isOver: false };
  }

  /**
   * Takes the jobs of dead workers, and those that took too long, back, and says how many those were. Safe to
   * call at any time, by any number of instances: each lease ends once.
   */
  async expireOverdue(): Promise<number> {
    return this.#expiry.expireOverdue();
  }

  /** Whether a former request, whose reply was lost, has sent the job to sleep. */
  async #isAsleep({ jobId, run }: LeaseAddress, name: string): Promise<boolean> {
    const id = requireJobId(jobId);
    if (!hasParked(await this.#parts.jobs.find(id), run)) return false;
    const steps = await this.#parts.steps.list(id);
    return steps.some((step) => step.kind === "sleep" && step.name === name);
  }

  async #take(claim: Parameters<LeaseRepository["claim"]>[0], signal: AbortSignal | undefined): Promise<LeasedJob[]> {
    const jobs = await this.#parts.repository.claim(claim);
    for (const job of jobs) this.#parts.cache.adopt(job);
    if (signal?.aborted !== true) return jobs as LeasedJob[];
    await Promise.all(jobs.map(({ id, run }) => this.#releaseIfHeld({ jobId: id, run }, claim.actor)));
    return [];
  }

  async #releaseIfHeld(lease: LeaseAddress, actor: Actor | undefined): Promise<void> {
    try {
      await this.release({ jobId: lease.jobId, run: lease.run }, { actor });
    } catch (error) {
      if (!FleetError.is(error) || (error.code !== "LEASE_LOST" && error.code !== "JOB_NOT_FOUND")) throw error;
    }
  }

  async #store(step: NewStep) {
    const jobId = requireJobId(step.jobId);
    assertStorable({ output: step.output }, jobId);
    checkNames({ stepName: step.name }, jobId);
    const outcome = await this.#parts.steps.put({ ...step, jobId });
    if (outcome.kind === "lost") throw leaseLost(jobId, step.run, await this.#parts.jobs.find(jobId));
    return outcome;
  }

  /** Writes under a lease; `isDone` knows a job in which the write has happened already. */
  async #write({ jobId, run }: LeaseAddress, { actor, ...write }: LeaseWrite, isDone: (job: Job) => boolean = () => false): Promise<Job> {
    const id = requireJobId(jobId);
    if (write.place?.in !== "queue" || write.change.status !== undefined) checkChange(write.change, id);
    const guarded: GuardedChange = {
      ...write,
      run,
      allowedFrom: ["running"],
      event: { ...write.event, actor: actor ?? write.event.actor ?? processActor },
    };
    const outcome = await this.#parts.cache.write(
      id,
      () => this.#parts.jobs.update(id, guarded),
      (result) => (result.kind === "applied" ? result.job : undefined),
    );
    if (outcome.kind === "applied") return outcome.job;
    if (outcome.current !== undefined && isDone(outcome.current)) return outcome.current;
    throw leaseLost(id, run, outcome.current);
  }
}

interface LeaseWrite extends Pick<GuardedChange, "change" | "place" | "newAttempt"> {
  readonly event: Omit<GuardedChange["event"], "actor"> & { readonly actor?: Actor | undefined };
  readonly actor?: Actor | undefined;
}

function checkWorker(workerId: string, types: readonly string[]): void {
  assertStorable({ workerId, types });
  checkNames({ workerId });
  if (types.some((type) => type.length < 1 || type.length > textLimit.type)) {
    throw invalidInput([{ path: ["types"], message: `must be names of 1 to ${textLimit.type} characters` }]);
  }
}
