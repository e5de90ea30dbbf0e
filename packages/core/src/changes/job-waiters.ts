import type { ChangeFeed } from "./change-feed.ts";

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
  readonly #wakers = new Map<string, Set<() => void>>();
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
    let isAwake = this.#isClosed;
    let wake = () => {
      isAwake = true;
    };
    const waker = () => wake();
    const wakers = this.#wakers.get(jobId) ?? new Set();
    this.#wakers.set(jobId, wakers.add(waker));
    return {
      heard: (ms, signal) =>
        new Promise((resolve) => {
          if (isAwake || signal?.aborted) return resolve();
          const timer = setTimeout(() => wake(), ms);
          wake = () => {
            clearTimeout(timer);
            signal?.removeEventListener("abort", waker);
            resolve();
          };
          signal?.addEventListener("abort", waker, { once: true });
        }),
      close: () => {
        wakers.delete(waker);
        if (wakers.size === 0 && this.#wakers.get(jobId) === wakers) this.#wakers.delete(jobId);
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
    for (const wake of this.#wakers.get(jobId) ?? []) wake();
  }

  #wakeAll(): void {
    for (const jobId of this.#wakers.keys()) this.#wake(jobId);
  }
}
