import { callFor } from "../rounds.js";

/** Times jobs that are run while others are created: from the first creation until the last job is durably done. */
export class Passage {
  #created = 0;
  #done = 0;
  #startMs;
  #passed = () => {};

  /** Lets `callers` create one job after the other for `ms`; resolves when all of them have been counted. */
  async create(callers, ms, work) {
    this.#startMs = performance.now();
    await callFor(ms, callers, async () => {
      await work();
      this.#created += 1;
    });
    if (this.#done < this.#created) await new Promise((resolve) => (this.#passed = resolve));
  }

  /** Jobs have been done. */
  count(jobs = 1) {
    this.#done += jobs;
    if (this.#done >= this.#created) this.#passed();
  }

  /** Jobs a second until now. */
  perSecond() {
    return (this.#done * 1_000) / (performance.now() - this.#startMs);
  }
}
