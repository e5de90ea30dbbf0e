import type { ChangeFeed } from "./change-feed.ts";
import { Wait } from "./wait.ts";

/** An ear for one job. */
export interface JobEar {
  /** Resolves at the first notice about the job since the ear was opened, after `ms`, or when the signal ends. */
  heard(ms: number, signal?: AbortSignal): Promise<void>;
  /** Stops listening. */
  close(): void;
}

/**
 * Wakes those who wait for a job to change.
 *
 * Whoever waits listens first and looks then, so that no change falls between the two. A gap in
 * the feed wakes everybody. A waiter costs an entry in a map and a timer, no connection.
 */
export class JobWaiters {
  readonly #waits = new Map<string, Set<Wait>>();
  readonly #unsubscribe: () => void;
  #isClosed = false;

  constructor(changes: ChangeFeed) {
    this.#unsubscribe = changes.subscribe({ onChange: ({ jobId }) => this.#wake(jobId), onGap: () => this.#wakeAll() });
  }

  /** Whether nothing will be heard any more. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  listen(jobId: string): JobEar {
    const wait = new Wait();
    if (this.#isClosed) wait.wake();
    const waits = this.#waits.get(jobId) ?? new Set();
    this.#waits.set(jobId, waits.add(wait));
    return {
      heard: (ms, signal) => wait.until(ms, signal),
      close: () => {
        waits.delete(wait);
        if (waits.size === 0 && this.#waits.get(jobId) === waits) this.#waits.delete(jobId);
      },
    };
  }

  /** Wakes everybody for the last time. Safe to call twice. */
  close(): void {
    this.#isClosed = true;
    this.#unsubscribe();
    this.#wakeAll();
  }

  #wake(jobId: string): void {
    for (const wait of this.#waits.get(jobId) ?? []) wait.wake();
  }

  #wakeAll(): void {
    for (const jobId of this.#waits.keys()) this.#wake(jobId);
  }
}
