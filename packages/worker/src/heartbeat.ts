import { setTimeout as delay } from "node:timers/promises";
import type { Heartbeat as HeartbeatReply, WorkerTerms } from "@skill-fleet/client";
import type { ClaimLoop } from "./claim-loop.ts";
import { codeOf, isTransient, JobCancelledError, LeaseLostError } from "./errors.ts";
import type { HandlerRun } from "./handler-run.ts";
import { insist } from "./insist.ts";
import type { RunningHandlers } from "./running-handlers.ts";
import type { WorkerBackend } from "./worker-backend.ts";
import type { WorkerLogger } from "./worker-logger.ts";

export interface HeartbeatParts {
  readonly worker: { readonly id: string; readonly types: readonly string[] };
  readonly backend: Pick<WorkerBackend, "register" | "heartbeat" | "release" | "fail">;
  readonly logger: WorkerLogger;
  readonly handlers: RunningHandlers;
  readonly claims: Pick<ClaimLoop, "inFlight" | "suspend" | "resume">;
}

/** Why an attempt failed that nobody could report. */
const unreportedEnd =
  "The worker let go of the job without a report: it was cut off from the fleet, or could not say how the attempt ended.";

/** The part of the time before a worker is taken for dead after which it lets go of its jobs by itself. */
const fencedAfter = 2 / 3;

/**
 * Says in one call for all jobs that the worker lives, and acts upon what the fleet says it has.
 *
 * Without an acknowledged beat in time the worker fences itself: by its own, monotonic clock it ends all
 * handlers before the fleet gives their jobs to others, and claims nothing until a beat gets through.
 */
export class Heartbeat {
  readonly #parts: HeartbeatParts;
  readonly #stop = new AbortController();
  #acknowledgedAtMs = 0;
  #isFenced = false;
  /** Whether the fleet was away when the worker was to start. */
  #isAwaited = false;
  #running: Promise<void> | undefined;
  #wake = new AbortController();

  constructor(parts: HeartbeatParts) {
    this.#parts = parts;
  }

  /** Registers the worker, however long that takes, and begins to beat. */
  async start(signal: AbortSignal): Promise<void> {
    let terms: WorkerTerms;
    try {
      terms = await insist(() => this.#register(), { signal });
    } catch (error) {
      if (signal.aborted) return;
      throw error;
    }
    this.#running = this.#run(terms);
  }

  async #register(): Promise<WorkerTerms> {
    const { worker, backend, logger } = this.#parts;
    this.#acknowledgedAtMs = performance.now();
    try {
      return await backend.register({ workerId: worker.id, types: worker.types });
    } catch (error) {
      if (isTransient(error) && !this.#isAwaited) {
        this.#isAwaited = true;
        logger.warn({ err: error, workerId: worker.id }, "The fleet is away: the worker starts once it is there");
      }
      throw error;
    }
  }

  /** Beats now instead of at the next time. */
  beatSoon(): void {
    this.#wake.abort();
  }

  /** Hands back what has ended here without an acknowledged report, if anything has. */
  async settle(): Promise<void> {
    if (this.#parts.handlers.unreported.size > 0) await this.#beatOnce();
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    this.#wake.abort();
    await this.#running;
  }

  async #run({ heartbeatIntervalMs, leaseTimeoutMs }: WorkerTerms): Promise<void> {
    while (!this.#stop.signal.aborted) {
      this.#wake = new AbortController();
      await delay(heartbeatIntervalMs, undefined, { signal: this.#wake.signal }).catch(() => {});
      if (this.#stop.signal.aborted) return;
      const fencesAtMs = this.#acknowledgedAtMs + leaseTimeoutMs * fencedAfter;
      // After a pause of the whole process the time may be up already.
      if (performance.now() >= fencesAtMs) this.#fence();
      const timer = setTimeout(() => this.#fence(), Math.max(0, fencesAtMs - performance.now()));
      await this.#beatOnce();
      clearTimeout(timer);
    }
  }

  /** Beats; what fails is for the next beat. */
  async #beatOnce(): Promise<void> {
    try {
      await this.#beat();
    } catch (error) {
      this.#parts.logger.warn({ err: error, workerId: this.#parts.worker.id }, "A heartbeat failed; trying again");
    }
  }

  async #beat(): Promise<void> {
    const { worker, backend, handlers, claims } = this.#parts;
    const runs = handlers.held();
    const before = {
      held: runs.map((run) => ({ run, number: run.lease.run })),
      unreported: [...handlers.unreported],
      claim: claims.inFlight,
    };
    const sentAtMs = performance.now();
    const reply = await backend.heartbeat({ workerId: worker.id, types: worker.types, held: runs.map(({ job }) => job.id) });
    this.#acknowledgedAtMs = sentAtMs;
    this.#unfence();
    this.#letGo(before.held, reply);
    const kept = await this.#handBack(reply, before.claim);
    handlers.forgetUnreported(before.unreported.filter(([jobId]) => !kept.has(jobId)));
  }

  /** Ends the handlers of jobs that the worker does not have any more. */
  #letGo(held: readonly { run: HandlerRun; number: number }[], { leases, lost }: HeartbeatReply): void {
    const runOf = new Map(leases.map(({ jobId, run }) => [jobId, run]));
    for (const { run, number } of held) {
      // One that has parked or gone on meanwhile was right when the reply was made.
      if (runOf.get(run.job.id) === number || run.lease.run !== number || run.lease.isParked) continue;
      const status = lost.find(({ jobId }) => jobId === run.job.id)?.status;
      const Reason = status === "cancelled" ? JobCancelledError : LeaseLostError;
      run.lose(new Reason(`Job ${run.job.id} is ${status ?? "gone"}, and not in the hands of this worker.`));
    }
  }

  /**
   * Hands back the jobs that no handler here holds. One that came with a claim whose reply was lost goes back untried. One whose
   * handler has ended without an acknowledged report has had its attempt: it would go round for ever if that were free. Returns
   * those that could not be handed back, for the next beat.
   */
  async #handBack({ leases }: HeartbeatReply, claimBefore: number | undefined): Promise<ReadonlySet<string>> {
    const { backend, handlers, claims, logger, worker } = this.#parts;
    const underWay = new Set([claimBefore, claims.inFlight]);
    const strangers = leases.filter(({ jobId, run, claim }) => handlers.find(jobId, run) === undefined && !underWay.has(claim));
    const kept = new Set<string>();
    for (const { jobId, run } of strangers) {
      const isTried = handlers.unreported.get(jobId) === run;
      try {
        if (isTried) await backend.fail({ jobId, run, error: unreportedEnd });
        else await backend.release({ jobId, run });
        const message = isTried ? "Handed back a job whose attempt ended without a report" : "Handed back a job whose claim had no reply";
        logger.warn({ jobId, run, workerId: worker.id }, message);
      } catch (error) {
        // It has ended meanwhile: the reply was made before.
        if (codeOf(error) === "LEASE_LOST" || codeOf(error) === "JOB_NOT_FOUND") continue;
        kept.add(jobId);
        logger.warn(
          { err: error, jobId, run, workerId: worker.id },
          "A job could not be handed back; trying again with the next heartbeat",
        );
      }
    }
    return kept;
  }

  #fence(): void {
    if (this.#isFenced || this.#stop.signal.aborted) return;
    this.#isFenced = true;
    const { handlers, claims, logger, worker } = this.#parts;
    logger.error({ workerId: worker.id }, "No heartbeat was acknowledged in time: letting go of all jobs");
    claims.suspend();
    for (const run of handlers.held())
      run.lose(new LeaseLostError("The worker is cut off from the fleet, which gives its jobs to others."));
  }

  #unfence(): void {
    if (!this.#isFenced) return;
    this.#isFenced = false;
    this.#parts.logger.info({ workerId: this.#parts.worker.id }, "The fleet is back");
    this.#parts.claims.resume();
  }
}
