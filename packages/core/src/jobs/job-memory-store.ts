import { type Clock, TurnClock } from "../clock.ts";
import type { Job } from "./job.ts";

export interface JobMemoryStoreOptions {
  /** How long a job stays after it was last set. Default: 60 minutes. */
  readonly ttlMs?: number | undefined;
  /** How many jobs it keeps at most; beyond that those go that were set longest ago, a hundredth at a time. Default: 100,000. */
  readonly maxEntries?: number | undefined;
  /** Default: one that is read once a turn of the event loop. */
  readonly clock?: Clock | undefined;
  /**
   * Whether a job may be dropped, by age or by number. In memory mode, where there is no other copy, only one that has ended
   * may. Default: every job may.
   */
  readonly mayEvict?: (job: Job) => boolean;
  /** Called with every job that age or number drops, after it is gone. */
  readonly onEvict?: (job: Job) => void;
}

export const defaultMemoryTtlMs = 60 * 60 * 1000;
export const defaultMemoryMaxEntries = 100_000;

interface Entry {
  readonly job: Job;
  readonly setAtMs: number;
}

/**
 * The hot cache: jobs by id, each for `ttlMs` since it was last set.
 *
 * Setting moves a job to the end, so insertion order is expiry order and a cleanup that
 * removes k of n entries looks at k + 1. An expired entry is never returned, whether or not a
 * cleanup has been by. Nothing here is durable.
 */
export class JobMemoryStore {
  readonly #ttlMs: number;
  readonly #maxEntries: number;
  readonly #clock: Clock;
  readonly #mayEvict: (job: Job) => boolean;
  readonly #onEvict: (job: Job) => void;
  readonly #evictable = new Map<string, Entry>();
  readonly #held = new Map<string, Job>();

  constructor(options: JobMemoryStoreOptions = {}) {
    this.#ttlMs = options.ttlMs ?? defaultMemoryTtlMs;
    this.#maxEntries = options.maxEntries ?? defaultMemoryMaxEntries;
    this.#clock = options.clock ?? new TurnClock();
    this.#mayEvict = options.mayEvict ?? (() => true);
    this.#onEvict = options.onEvict ?? (() => {});
  }

  /** How many jobs it holds, expired ones that no cleanup has met included. */
  get size(): number {
    return this.#evictable.size + this.#held.size;
  }

  /**
   * The job, if it was last set less than `maxAgeMs` ago, and within the time to live in any case. One that
   * may not be evicted has no age.
   */
  get(id: string, maxAgeMs = this.#ttlMs): Job | undefined {
    const entry = this.#evictable.get(id);
    if (entry === undefined) return this.#held.get(id);
    const ageMs = this.#clock.nowMs() - entry.setAtMs;
    return ageMs < maxAgeMs && ageMs < this.#ttlMs ? entry.job : undefined;
  }

  set(job: Job): void {
    this.delete(job.id);
    if (!this.#mayEvict(job)) {
      this.#held.set(job.id, job);
      return;
    }
    this.#evictable.set(job.id, { job, setAtMs: this.#clock.nowMs() });
    if (this.#evictable.size > this.#maxEntries) this.#makeRoom();
  }

  delete(id: string): boolean {
    return this.#held.delete(id) || this.#evictable.delete(id);
  }

  clear(): void {
    this.#evictable.clear();
    this.#held.clear();
  }

  /** Every job that has not expired, in no order that means anything. */
  *values(): Generator<Job> {
    const nowMs = this.#clock.nowMs();
    yield* this.#held.values();
    for (const { job, setAtMs } of this.#evictable.values()) if (nowMs - setAtMs < this.#ttlMs) yield job;
  }

  /** Removes what has expired and says how many jobs that were. */
  cleanup(): number {
    const nowMs = this.#clock.nowMs();
    let removed = 0;
    for (const [id, { job, setAtMs }] of this.#evictable) {
      if (nowMs - setAtMs < this.#ttlMs) break;
      this.#evict(id, job);
      removed += 1;
    }
    return removed;
  }

  /** For many at once: whoever walks a `Map` from its start walks over the places of all that was deleted there. */
  #makeRoom(): void {
    let left = Math.ceil(this.#maxEntries / 100);
    for (const [id, { job }] of this.#evictable) {
      this.#evict(id, job);
      left -= 1;
      if (left <= 0) break;
    }
  }

  #evict(id: string, job: Job): void {
    this.#evictable.delete(id);
    this.#onEvict(job);
  }
}
