import type { ChangeFeed } from "./change-feed.ts";

/** An ear for work of some types. */
export interface WorkEar {
  /** Whether a notice has come since the ear was opened. */
  readonly isAwake: boolean;
  /** Resolves at the first notice since the ear was opened that a job of these types wants a worker, after `ms`, or when the signal ends. */
  heard(ms: number, signal?: AbortSignal): Promise<void>;
  /** Ends {@link heard}, as a notice does, without one. */
  interrupt(): void;
  /** Stops listening. */
  close(): void;
}

interface Waiter {
  readonly types: readonly string[];
  isAwake: boolean;
  wake(): void;
}

/**
 * Wakes those who wait for work.
 *
 * A notice wakes one ear, the one that has listened longest: one job is work for one. Whoever finds more
 * than it can take, or hears what it will not act upon, passes it on. A gap in the feed wakes everybody.
 */
export class WorkWaiters {
  readonly #waiters = new Set<Waiter>();
  readonly #unsubscribe: () => void;
  #isClosed = false;

  constructor(changes: ChangeFeed) {
    this.#unsubscribe = changes.subscribe({
      onChange: ({ wanted }) => {
        if (wanted !== undefined) this.passOn([wanted]);
      },
      onGap: () => this.#wakeAll(),
    });
  }

  /** Whether nothing will be heard any more. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  listen(types: readonly string[]): WorkEar {
    const waiter: Waiter = { types, isAwake: this.#isClosed, wake() {} };
    this.#waiters.add(waiter);
    return {
      get isAwake() {
        return waiter.isAwake;
      },
      heard: (ms, signal) =>
        new Promise((resolve) => {
          if (waiter.isAwake || signal?.aborted) return resolve();
          const end = () => {
            clearTimeout(timer);
            signal?.removeEventListener("abort", end);
            resolve();
          };
          const timer = setTimeout(end, ms);
          waiter.wake = end;
          signal?.addEventListener("abort", end, { once: true });
        }),
      interrupt: () => waiter.wake(),
      close: () => {
        this.#waiters.delete(waiter);
      },
    };
  }

  /** Wakes the one that has listened longest for any of these types. */
  passOn(types: readonly string[]): void {
    for (const waiter of this.#waiters) {
      if (waiter.isAwake || !waiter.types.some((type) => types.includes(type))) continue;
      this.#wake(waiter);
      return;
    }
  }

  /** Wakes everybody for the last time. Safe to call twice. */
  close(): void {
    this.#isClosed = true;
    this.#unsubscribe();
    this.#wakeAll();
  }

  #wake(waiter: Waiter): void {
    waiter.isAwake = true;
    waiter.wake();
  }

  #wakeAll(): void {
    for (const waiter of this.#waiters) this.#wake(waiter);
  }
}
