/** Times a drain: from the first job that a handler gets until the last one is durably done. */
export class DrainClock {
  #left;
  #count;
  #startMs;
  #drained;

  constructor(count) {
    this.#count = count;
    this.#left = count;
    /** Resolves when the last job has been counted. */
    this.done = new Promise((resolve) => {
      this.#drained = resolve;
    });
  }

  /** A handler has begun with a job, or with several. */
  began() {
    this.#startMs ??= performance.now();
  }

  /** Jobs have been done. */
  count(jobs = 1) {
    this.#left -= jobs;
    if (this.#left === 0) this.#drained();
  }

  /** Jobs a second until now. */
  perSecond() {
    return (this.#count * 1_000) / (performance.now() - this.#startMs);
  }
}
