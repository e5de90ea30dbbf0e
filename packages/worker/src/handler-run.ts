import type { AttemptFailure, JobDefinition, JobOf, LeasedJob } from "@skill-fleet/client";
import type { z } from "zod";
import {
  AttemptTimeoutError,
  CancelJobError,
  isRefusal,
  type LeaseLostError,
  NonRetryableError,
  RetryAfterError,
  WorkerStoppingError,
} from "./errors.ts";
import { handlerContext } from "./handler-context.ts";
import type { JobContext } from "./job-context.ts";
import { JobLease } from "./job-lease.ts";
import { shape } from "./shape.ts";
import { toJson } from "./stored-steps.ts";
import type { WorkerBackend } from "./worker-backend.ts";
import type { WorkerLogger } from "./worker-logger.ts";

/** What does the work of one job type. Its result completes the job, its error ends the attempt. */
export type Handler<Definition extends JobDefinition> = (
  job: JobOf<Definition>,
  context: JobContext<Definition>,
) => Promise<z.input<Definition["result"]>>;

/** How the handler of one job type is run. */
export interface HandlerOptions {
  /** How long one attempt may take without its waits. Default: what the job says, else no limit. */
  readonly attemptTimeoutMs?: number | undefined;
  /** When another attempt begins after a failure. Default: an exponential backoff of the server. */
  readonly retryAfterMs?: ((attempt: number, error: unknown) => number) | undefined;
}

export interface Registration extends HandlerOptions {
  readonly definition: JobDefinition;
  readonly handler: Handler<JobDefinition>;
}

/** What all handlers of a worker share. */
export interface HandlerRunParts {
  readonly backend: WorkerBackend;
  readonly logger: WorkerLogger;
  /** Called when the handler gives its lease back to wait. */
  readonly onPark: (run: HandlerRun) => void;
  /** Called when the handler has ended, before that is reported. */
  readonly onEnd: (run: HandlerRun) => void;
  /** Called when nothing more comes of the handler. */
  readonly onSettled: (run: HandlerRun) => void;
}

/** The longest wait of a timer. */
const maxTimerMs = 2 ** 31 - 1;
const maxErrorLength = 10_000;
/** How long a handler may take to end after it was told that its worker stops. */
const graceMs = 1_000;

/**
 * One handler at work on one job: from its claim, through any number of waits in memory, to the
 * acknowledged end of its attempt.
 */
export class HandlerRun {
  readonly job: LeasedJob;
  readonly lease: JobLease;
  readonly #registration: Registration;
  readonly #parts: HandlerRunParts;
  #timer: NodeJS.Timeout | undefined;
  #isReported = false;

  constructor(job: LeasedJob, registration: Registration, parts: HandlerRunParts) {
    this.job = job;
    this.#registration = registration;
    this.#parts = parts;
    this.lease = new JobLease(job, () => {
      clearTimeout(this.#timer);
      parts.onPark(this);
    });
  }

  /** Whether the fleet has acknowledged how the attempt ended. */
  get isReported(): boolean {
    return this.#isReported;
  }

  /** Runs the handler, and reports what came of it. Never rejects. */
  async execute(): Promise<void> {
    this.#watchTime();
    try {
      const outcome = await this.#outcome();
      this.#parts.onEnd(this);
      await this.#report(outcome);
    } catch (error) {
      // The heartbeat finds what is left of the lease.
      if (!this.lease.isLost) this.#log("error", error, "The end of an attempt could not be reported");
    } finally {
      clearTimeout(this.#timer);
      this.#parts.onSettled(this);
    }
  }

  /** Goes on in a new run. */
  resume(run: number): void {
    this.lease.resume(run);
    this.#watchTime();
  }

  /** Tells the handler that its worker stops. */
  interrupt(): void {
    this.lease.interrupt(new WorkerStoppingError("The worker stops."));
  }

  /** Notes that the job is in other hands. */
  lose(reason: LeaseLostError): void {
    this.lease.lose(reason);
  }

  /** What the handler returns or throws; why it was stopped, if it does not end by itself. */
  async #outcome(): Promise<{ readonly result: unknown } | { readonly error: unknown }> {
    const { job, lease } = this;
    const { backend, logger } = this.#parts;
    const { definition, handler } = this.#registration;
    try {
      const input = await shape(definition.input, job.input, "The input");
      const context = handlerContext({ job, definition, lease, backend, logger });
      const returned = await this.#unlessAbandoned(handler({ ...job, input } as never, context));
      return { result: toJson(await shape(definition.result, returned, "The result")) };
    } catch (error) {
      return { error };
    }
  }

  /** What the handler returns; rejects when nobody waits for it any more. One that goes on after that works for nothing. */
  #unlessAbandoned<Returned>(working: Promise<Returned>): Promise<Returned> {
    return new Promise((resolve, reject) => {
      Promise.resolve(working).then(resolve, reject);
      this.lease.whenEnded(() => {
        const { endReason } = this.lease;
        if (endReason instanceof WorkerStoppingError) setTimeout(reject, graceMs, endReason);
        else reject(endReason);
      });
    });
  }

  async #report(outcome: { readonly result: unknown } | { readonly error: unknown }): Promise<void> {
    const { backend } = this.#parts;
    const { id: jobId } = this.job;
    if (this.lease.isLost) return;
    if ("result" in outcome) {
      try {
        await this.lease.finish((run) => backend.complete({ jobId, run, result: outcome.result as never }));
      } catch (error) {
        if (this.lease.isLost) throw error;
        await this.#fail(ofResult(error));
      }
    } else if (this.lease.endReason instanceof WorkerStoppingError) {
      await this.lease.finish((run) => backend.release({ jobId, run }));
    } else {
      await this.#fail(outcome.error);
    }
    this.#isReported = true;
  }

  async #fail(error: unknown): Promise<void> {
    this.#log("warn", error, "An attempt failed");
    const failure = { jobId: this.job.id, ...this.#describe(error), retryAfterMs: this.#retryAfterMs(error) };
    await this.lease.finish((run) => this.#parts.backend.fail({ ...failure, run }));
  }

  #describe(error: unknown): Omit<AttemptFailure, "jobId" | "run" | "retryAfterMs"> {
    try {
      const isError = error instanceof Error;
      return {
        error: storable(isError ? error.message || error.name : error),
        errorStack: isError && error.stack !== undefined ? storable(error.stack) : undefined,
        retryable: !(error instanceof NonRetryableError) && !this.lease.hasRefused(error),
        cancelled: error instanceof CancelJobError,
      };
    } catch {
      // A handler may throw anything: also what throws itself when it is looked at.
      return { error: "The handler threw what has no words." };
    }
  }

  /** When another attempt begins; undefined, for the fleet to decide, when nobody says so in milliseconds. */
  #retryAfterMs(error: unknown): number | undefined {
    try {
      return inRange(error instanceof RetryAfterError ? error.retryAfterMs : this.#registration.retryAfterMs?.(this.job.attempt, error));
    } catch (thrown) {
      this.#log("warn", thrown, "retryAfterMs of a handler threw");
      return undefined;
    }
  }

  #watchTime(): void {
    const limits = [this.#registration.attemptTimeoutMs, this.job.attemptTimeoutMs ?? undefined];
    const ms = Math.min(...limits.filter((limit) => limit !== undefined));
    if (ms === Number.POSITIVE_INFINITY) return;
    const stop = () => this.lease.interrupt(new AttemptTimeoutError(`The attempt took longer than ${ms} ms.`));
    this.#timer = setTimeout(stop, Math.min(ms, maxTimerMs));
  }

  #log(level: "warn" | "error", error: unknown, message: string): void {
    const { id: jobId, type, attempt } = this.job;
    try {
      this.#parts.logger[level]({ err: error, jobId, type, run: this.lease.run, attempt }, message);
    } catch {
      // A logger may stumble over what a handler threw. The attempt ends all the same.
    }
  }
}

/** What ends an attempt whose result was not taken: for good if the result is at fault, else with another attempt. */
function ofResult(error: unknown): Error {
  const { message } = error as Error;
  if (isRefusal(error)) return new NonRetryableError(`The result was refused: ${message}`, { cause: error });
  return new Error(`The result could not be reported: ${message}`, { cause: error });
}

/** The longest time that the fleet takes: ten years. */
const maxRetryAfterMs = 10 * 365 * 24 * 60 * 60 * 1_000;

/** A time that the fleet takes: one from a date that has passed, or that is none, must not keep the attempt from ending. */
function inRange(ms: unknown): number | undefined {
  return typeof ms !== "number" || Number.isNaN(ms) ? undefined : Math.min(Math.max(0, ms), maxRetryAfterMs);
}

/** Whatever an error says, it can be stored. */
function storable(text: unknown): string {
  return String(text).slice(0, maxErrorLength).replaceAll("\u0000", "\u2400").toWellFormed();
}
