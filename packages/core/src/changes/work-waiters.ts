import type { ChangeFeed } from "./change-feed.ts";
import { TypeIndex } from "./type-index.ts";
import { Wait } from "./wait.ts";

/** An ear for work of some types. */
export interface WorkEar {
  /**
   * Resolves at the first notice since the ear was opened that a job of these types wants a worker, when it is interrupted, after
   * `ms`, or when the signal ends.
   */
  heard(ms: number, signal?: AbortSignal): Promise<void>;
  /** Lets whoever waits go, without a notice. */
  interrupt(): void;
  /** Gives the notice that has come, if one has, to the next who listens for its type. */
  passOn(): void;
  /** Stops listening. */
  close(): void;
}

interface Waiter {
  readonly types: readonly string[];
  /** The types of which there is work, by the notice that has come. A gap, after which everybody looks, leaves none. */
  noticed: readonly string[] | undefined;
  readonly wait: Wait;
}

/**
 * Wakes those who wait for work.
 *
 * A notice wakes one ear, the one that has listened longest: one job is work for one. Whoever finds more
 * than it can take, or hears what it will not act upon, passes it on. A gap in the feed wakes everybody.
 */
export class WorkWaiters {
  readonly #waiters = new TypeIndex<Waiter>();
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
    const waiter: Waiter = { types, noticed: undefined, wait: new Wait() };
    if (this.#isClosed) this.#wake(waiter, []);
    this.#waiters.add(waiter);
    return {
      heard: (ms, signal) => waiter.wait.until(ms, signal),
      interrupt: () => waiter.wait.interrupt(),
      passOn: () => this.passOn(waiter.noticed ?? []),
      close: () => {
        this.#waiters.delete(waiter);
      },
    };
  }

  /** Wakes the one that has listened longest, for the first of these types that anybody listens for. */
  passOn(types: readonly string[]): void {
    for (const type of types) {
      for (const waiter of this.#waiters.of(type)) {
        if (waiter.noticed !== undefined) continue;
        this.#wake(waiter, types);
        return;
      }
    }
  }

  /** Wakes everybody for the last time. Safe to call twice. */
  close(): void {
    this.#isClosed = true;
    this.#unsubscribe();
    this.#wakeAll();
  }

  #wake(waiter: Waiter, noticed: readonly string[]): void {
    waiter.noticed = noticed;
    waiter.wait.wake();
  }

  #wakeAll(): void {
    for (const waiter of this.#waiters.all()) this.#wake(waiter, []);
  }
}
