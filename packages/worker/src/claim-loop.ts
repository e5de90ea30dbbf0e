import { setTimeout as delay } from "node:timers/promises";
import type { LeasedJob } from "@skill-fleet/client";
import { codeOf, isTransient } from "./errors.ts";
import type { RunningHandlers } from "./running-handlers.ts";
import type { WorkerBackend } from "./worker-backend.ts";
import type { WorkerLogger } from "./worker-logger.ts";

export interface ClaimLoopParts {
  readonly worker: { readonly id: string; readonly types: readonly string[] };
  readonly backend: Pick<WorkerBackend, "claim">;
  readonly logger: WorkerLogger;
  readonly handlers: RunningHandlers;
  /** Takes a claimed job into its hands at once. */
  readonly onJob: (job: LeasedJob) => void;
  /** Called when a claim failed: it may have happened. */
  readonly onDoubt: () => void;
}

/** How long one claim waits for a job; the server lets nobody wait longer than 55 s. */
const waitMs = 20_000;
/** As many as a fleet gives at once; one of the release before refuses to give so many, and may come back at any time. */
const maxJobsPerClaim = { now: 500, before: 200 } as const;
const pauseMs = { first: 100, max: 5_000 } as const;

/**
 * Claims jobs for the free slots, one claim after the other, until it is stopped.
 *
 * Nothing ends it but that: an error is waited out, with growing pauses. While it is suspended it claims
 * nothing.
 */
export class ClaimLoop {
  readonly #parts: ClaimLoopParts;
  readonly #stop = new AbortController();
  #running: Promise<void> | undefined;
  #maxJobs: number = maxJobsPerClaim.now;
  #number = 0;
  #inFlight: number | undefined;
  #suspended: { readonly over: Promise<void>; end(): void } | undefined;
  #interrupt = new AbortController();

  constructor(parts: ClaimLoopParts) {
    this.#parts = parts;
  }

  /** The number of the claim that has no reply yet. */
  get inFlight(): number | undefined {
    return this.#inFlight;
  }

  start(): void {
    this.#running = this.#run();
  }

  /** Claims nothing until `resume`; a claim that waits is given up. */
  suspend(): void {
    if (this.#suspended !== undefined) return;
    let end = () => {};
    const over = new Promise<void>((resolve) => {
      end = resolve;
    });
    this.#suspended = { over, end };
    this.#interrupt.abort();
  }

  resume(): void {
    this.#suspended?.end();
    this.#suspended = undefined;
  }

  /** Gives up the claim that waits, and returns when nothing more will be claimed. */
  async stop(): Promise<void> {
    this.#stop.abort();
    this.#interrupt.abort();
    this.resume();
    await this.#running;
  }

  async #run(): Promise<void> {
    let nextPauseMs: number = pauseMs.first;
    while (!this.#stop.signal.aborted) {
      await this.#suspended?.over;
      await this.#parts.handlers.slotFree(this.#stop.signal);
      if (this.#stop.signal.aborted) return;
      if (this.#suspended !== undefined) continue;
      try {
        const sentAtMs = performance.now();
        const claimed = await this.#claim();
        nextPauseMs = pauseMs.first;
        // A fleet that is about to close lets nobody wait: asking it at once again would only heat the machine.
        if (claimed === 0 && performance.now() - sentAtMs < pauseMs.first) await this.#pause(pauseMs.first);
      } catch (error) {
        if (this.#interrupt.signal.aborted) continue;
        if (codeOf(error) === "INVALID_INPUT" && this.#maxJobs > maxJobsPerClaim.before) {
          this.#maxJobs = maxJobsPerClaim.before;
          continue;
        }
        const { logger, worker } = this.#parts;
        logger[isTransient(error) ? "warn" : "error"]({ err: error, workerId: worker.id }, "A claim failed; trying again");
        this.#parts.onDoubt();
        await this.#pause(nextPauseMs * (0.5 + Math.random()));
        nextPauseMs = Math.min(nextPauseMs * 2, pauseMs.max);
      }
    }
  }

  async #pause(ms: number): Promise<void> {
    await delay(ms, undefined, { signal: this.#stop.signal }).catch(() => {});
  }

  /** Claims once, and says how many jobs came. */
  async #claim(): Promise<number> {
    const { worker, backend, handlers, onJob } = this.#parts;
    this.#interrupt = new AbortController();
    this.#number += 1;
    this.#inFlight = this.#number;
    try {
      const limit = Math.min(handlers.freeSlots, this.#maxJobs);
      const request = { workerId: worker.id, types: worker.types, limit, claim: this.#number, waitMs };
      const jobs = await backend.claim(request, { signal: this.#interrupt.signal });
      for (const job of jobs) onJob(job);
      return jobs.length;
    } finally {
      this.#inFlight = undefined;
    }
  }
}
