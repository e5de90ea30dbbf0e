import { type Actor, processActor } from "../actor.ts";
import type { WorkWaiters } from "../changes/work-waiters.ts";
import { FleetError, invalidInput } from "../errors.ts";
import { normalizeId } from "../ids.ts";
import type { Job } from "../jobs/job.ts";
import type { JobCache } from "../jobs/job-cache.ts";
import { definedFields } from "../jobs/job-change.ts";
import { jobNotFound, requireJobId } from "../jobs/job-refusal.ts";
import type { JobRepository } from "../jobs/job-repository.ts";
import { maxTimeoutMs } from "../jobs/prepare-job.ts";
import { assertStorable, type Json, type JsonObject } from "../json.ts";
import type { Logger } from "../logger.ts";
import type { PromptManager } from "../prompts/prompt-manager.ts";
import type { AskRequest } from "../prompts/prompt-options.ts";
import { checkNames, nameProblems, textLimit } from "../text-limit.ts";
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
import { LeaseWriter } from "./lease-writer.ts";
import type { NewStep, Step } from "./step.ts";
import type { StepRepository } from "./step-repository.ts";
import type { WaitingClaims } from "./waiting-claims.ts";
import { WorkClaims } from "./work-claims.ts";

/** A worker that is silent for longer is taken for dead. */
const defaultLeaseTimeoutMs = 30_000;

/** How many beats fit into the time after which a worker is taken for dead. */
const beatsPerTimeout = 6;

export interface LeaseManagerParts {
  readonly repository: LeaseRepository;
  readonly steps: StepRepository;
  readonly jobs: JobRepository;
  readonly prompts: Pick<PromptManager, "ask">;
  readonly cache: JobCache;
  readonly workWaiters: WorkWaiters;
  readonly waitingClaims: WaitingClaims;
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
  readonly #writer: LeaseWriter;
  readonly #claims: WorkClaims;
  readonly #terms: WorkerTerms;

  constructor(parts: LeaseManagerParts) {
    const leaseTimeoutMs = parts.leaseTimeoutMs ?? defaultLeaseTimeoutMs;
    this.#parts = parts;
    this.#terms = { leaseTimeoutMs, heartbeatIntervalMs: Math.ceil(leaseTimeoutMs / beatsPerTimeout) };
    this.#writer = new LeaseWriter(parts);
    this.#claims = new WorkClaims({ ...parts, writer: this.#writer, leaseTimeoutMs });
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
   * Takes up to `limit` jobs of these types from the queue, those with the highest priority first, then those that have been
   * available longest. With `waitMs` it returns as soon as there is one; a job that is created in this process then starts for it
   * at once, see {@link WaitingClaims}. Counts as a heartbeat. While there are more jobs than claims take, one whose creation
   * committed late may be passed over for a second by those that were created after it.
   *
   * A claim whose reply is lost may have happened: the heartbeat shows its leases.
   *
   * @throws {FleetError} `INVALID_INPUT`
   */
  async claim(request: ClaimRequest, { actor = processActor, signal }: ClaimOptions = {}): Promise<readonly LeasedJob[]> {
    checkWorker(request.workerId, request.types);
    return this.#claims.claim(request, { actor, signal });
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
      const id = normalizeId(jobId);
      const job = id === undefined ? undefined : await this.#parts.jobs.find(id);
      return { jobId, status: job?.status };
    });
    return { leases, lost: await Promise.all(lost) };
  }

  /** Ends the life of a worker: what it still has goes back to the queue, without costing an attempt. Safe to call twice. */
  async deregister({ workerId }: Pick<HeartbeatRequest, "workerId">, { actor }: ActorOption = {}): Promise<void> {
    checkWorker(workerId, []);
    this.#parts.waitingClaims.forget(workerId);
    const leases = await this.#parts.repository.leasesOf(workerId);
    await Promise.all(leases.map((lease) => this.#writer.releaseIfHeld(lease, actor)));
    await this.#parts.repository.forget(workerId);
  }

  /** Completes a job. Repeating it is harmless. @throws {FleetError} `LEASE_LOST`; `INVALID_INPUT` */
  complete({ jobId, run, result = null }: Completion, { actor }: ActorOption = {}): Promise<Job> {
    return this.#writer.complete({ jobId, run }, result, actor);
  }

  /**
   * Ends an attempt that did not succeed: another one follows after a backoff, or, when the failure cannot be
   * repaired or was the last that the job may have, the job fails. With `cancelled` it ends as that. The error is kept in the history either way.
   *
   * @throws {FleetError} `LEASE_LOST`; `INVALID_INPUT`
   */
  async fail(failure: AttemptFailure, { actor }: ActorOption = {}): Promise<Job> {
    const { jobId, run, retryAfterMs, ...told } = failure;
    assertStorable({ error: told.error, errorStack: told.errorStack }, jobId);
    if (retryAfterMs !== undefined && !(retryAfterMs >= 0 && retryAfterMs <= maxTimeoutMs)) {
      throw invalidInput([{ path: ["retryAfterMs"], message: `must be from 0 to ${maxTimeoutMs}` }], jobId);
    }
    const job = await this.#parts.jobs.find(requireJobId(jobId));
    if (job === undefined || job.run !== run) throw leaseLost(jobId, run, job);
    return this.#writer.write({ jobId, run }, { ...endOfAttempt(job, { ...told, retryAfterMs }), actor });
  }

  /** Gives a job back, untried: it returns to its old place in the queue without costing an attempt. @throws {FleetError} `LEASE_LOST` */
  async release(lease: LeaseAddress, { actor }: ActorOption = {}): Promise<Job> {
    return this.#writer.release(lease, actor);
  }

  /** Says how far the work is. @throws {FleetError} `LEASE_LOST`; `INVALID_INPUT` */
  async progress({ jobId, run, percent, message, phase }: ProgressReport, { actor }: ActorOption = {}): Promise<Job> {
    const change = { progressPercent: percent, progressMessage: message, currentPhase: phase };
    assertStorable({ message, phase }, jobId);
    return this.#writer.write({ jobId, run }, { change, event: { kind: "updated", data: definedFields(change) as JsonObject }, actor });
  }

  /** Everything that the handlers of a job have stored. */
  async steps({ jobId }: Pick<LeaseAddress, "jobId">): Promise<readonly Step[]> {
    const id = requireJobId(jobId);
    const steps = await this.#parts.steps.list(id);
    if (steps.length > 0) return steps;
    const { jobs, cache } = this.#parts;
    if ((await cache.read(id, 0, () => jobs.find(id))) === undefined) throw jobNotFound(id);
    return steps;
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
    checkSleep("ms", ms, jobId);
    if (await this.#isAsleep({ jobId, run }, name)) return { isOver: false };
    const { output, ageMs } = await this.#store({ jobId, run, kind: "sleep", name, output: ms });
    const leftMs = Number(output) - ageMs;
    if (leftMs <= 0) return { isOver: true };
    const event = { kind: "slept", data: { run, name, ms: leftMs } } as const;
    await this.#writer.write({ jobId, run }, { change: {}, place: { in: "queue", delayMs: leftMs, parked: true }, event, actor });
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

  async #store(step: NewStep) {
    const jobId = requireJobId(step.jobId);
    assertStorable({ name: step.name, output: step.output }, jobId);
    const problems = nameProblems(["name"], step.name, textLimit.stepName);
    if (problems.length > 0) throw invalidInput(problems, jobId);
    if (step.kind === "sleep") checkSleep("output", step.output, jobId);
    const outcome = await this.#parts.steps.put({ ...step, jobId });
    if (outcome.kind === "lost") throw leaseLost(jobId, step.run, await this.#parts.jobs.find(jobId));
    return outcome;
  }
}

/** Checks the length of a sleep, which stands in this field of the input. */
function checkSleep(field: "ms" | "output", ms: unknown, jobId: string): void {
  if (typeof ms === "number" && ms >= 0 && ms <= maxTimeoutMs) return;
  throw invalidInput([{ path: [field], message: `must be from 0 to ${maxTimeoutMs}` }], jobId);
}

function checkWorker(workerId: string, types: readonly string[]): void {
  assertStorable({ workerId, types });
  checkNames({ workerId });
  if (types.some((type) => type.length < 1 || type.length > textLimit.type)) {
    throw invalidInput([{ path: ["types"], message: `must be names of 1 to ${textLimit.type} characters` }]);
  }
}
