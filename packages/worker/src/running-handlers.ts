import type { LeasedJob } from "@skill-fleet/client";
import type { HandlerRun } from "./handler-run.ts";

export interface RunningHandlersOptions {
  readonly concurrency: number;
  readonly maxParked: number;
}

/** The handlers of a worker: those that hold a job, of which those that have not ended hold a slot as well, and those that wait in memory. */
export class RunningHandlers {
  readonly #concurrency: number;
  readonly #maxParked: number;
  readonly #held = new Map<string, HandlerRun>();
  /** Of those that hold a job, the ones that have ended: the fleet has not acknowledged it yet. */
  readonly #ended = new Set<HandlerRun>();
  /** The runs of those that ended here without an acknowledged report: their leases may still be there. */
  readonly #unreported = new Map<string, number>();
  /** In the order in which they began to wait. */
  readonly #parked = new Map<string, HandlerRun>();
  #onChange = new Set<() => void>();

  constructor({ concurrency, maxParked }: RunningHandlersOptions) {
    this.#concurrency = concurrency;
    this.#maxParked = maxParked;
  }

  /**
   * How many jobs can be taken. A handler that has ended leaves its slot before the fleet knows, so that the next
   * jobs are claimed meanwhile; when the fleet is slow to acknowledge, no more than `concurrency` wait for it.
   */
  get freeSlots(): number {
    return this.#concurrency - Math.max(this.#held.size - this.#ended.size, this.#held.size - this.#concurrency);
  }

  held(): HandlerRun[] {
    return [...this.#held.values()];
  }

  parked(): HandlerRun[] {
    return [...this.#parked.values()];
  }

  /** The handler that holds the job, in this run if one is given. */
  find(jobId: string, run?: number): HandlerRun | undefined {
    const found = this.#held.get(jobId);
    return run === undefined || found?.lease.run === run ? found : undefined;
  }

  add(run: HandlerRun): void {
    this.#held.set(run.job.id, run);
  }

  /** Notes that a handler has ended, which is to be reported. */
  free(run: HandlerRun): void {
    if (this.#held.get(run.job.id) !== run) return;
    this.#ended.add(run);
    this.#changed();
  }

  /** Notes that nothing more comes of a handler. */
  remove(run: HandlerRun): void {
    if (!run.isReported) this.#noteUnreported(run.job.id, run.lease.run);
    this.#ended.delete(run);
    this.#drop(this.#held, run);
    this.#drop(this.#parked, run);
    this.#changed();
  }

  /** An earlier run of the job may end later: its call was still under way. */
  #noteUnreported(jobId: string, run: number): void {
    this.#unreported.set(jobId, Math.max(run, this.#unreported.get(jobId) ?? 0));
  }

  /** The runs, by their jobs, of handlers that ended without an acknowledged report. */
  get unreported(): ReadonlyMap<string, number> {
    return this.#unreported;
  }

  /** Forgets runs that {@link unreported} has named: they have been reported, or are in other hands. */
  forgetUnreported(runs: Iterable<readonly [string, number]>): void {
    for (const [jobId, run] of runs) {
      if (this.#unreported.get(jobId) === run) this.#unreported.delete(jobId);
    }
  }

  /**
   * Notes that a handler waits: its slot is free. Beyond the limit the one that has waited longest is
   * forgotten: it never goes on, and its job starts over from what it has stored.
   */
  park(run: HandlerRun): void {
    this.#drop(this.#held, run);
    this.#parked.set(run.job.id, run);
    for (const jobId of this.#parked.keys()) {
      if (this.#parked.size <= this.#maxParked) break;
      this.#parked.delete(jobId);
    }
    this.#changed();
  }

  /** The handler that waits for this claim; undefined when there is none, or the job has been elsewhere or begun another attempt since. */
  unpark(job: LeasedJob): HandlerRun | undefined {
    const run = this.#parked.get(job.id);
    this.#parked.delete(job.id);
    if (run === undefined || run.lease.run + 1 !== job.run || run.job.attempt !== job.attempt) return undefined;
    this.add(run);
    return run;
  }

  /** Resolves when a slot is free, or the signal ends. */
  async slotFree(signal: AbortSignal): Promise<void> {
    while (this.freeSlots <= 0 && !signal.aborted) await this.#nextChange(signal);
  }

  /** Resolves when no handler holds a job any more, at the latest after `ms`. */
  async settled(ms: number): Promise<void> {
    if (this.#held.size === 0) return;
    const signal = AbortSignal.timeout(ms);
    while (this.#held.size > 0 && !signal.aborted) await this.#nextChange(signal);
  }

  /** A later run of the same job may stand in its place by now. */
  #drop(from: Map<string, HandlerRun>, run: HandlerRun): void {
    if (from.get(run.job.id) === run) from.delete(run.job.id);
  }

  #changed(): void {
    for (const wake of this.#onChange) wake();
  }

  #nextChange(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const end = () => {
        this.#onChange.delete(end);
        signal.removeEventListener("abort", end);
        resolve();
      };
      this.#onChange.add(end);
      signal.addEventListener("abort", end, { once: true });
    });
  }
}
