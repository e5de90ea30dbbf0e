import { setTimeout as delay } from "node:timers/promises";

/** Between two samples, so that each finds a system that has nothing to do; no multiple of anybody's poll. */
const idleMs = () => 8 + 8 * Math.random();

/** Times how long it is from an order to its effect, which whoever is ordered tells with `stop`. */
export class Stopwatch {
  #stopped = () => {};

  /** The effect is there. */
  stop() {
    this.#stopped();
  }

  /** Times one order, in ms. The order itself must end, too, but is not waited for. */
  async time(order) {
    const stopped = new Promise((resolve) => {
      this.#stopped = () => resolve(performance.now());
    });
    const startMs = performance.now();
    const ordered = order();
    const [stopMs] = await Promise.all([stopped, ordered]);
    return stopMs - startMs;
  }

  /** Times `count` orders, one after the other, each on an idle system. `prepare` makes ready what `order` is given. */
  async timeEach(count, order, prepare = async () => {}) {
    const samples = [];
    // The first is a warm-up.
    for (let sample = 0; sample <= count; sample += 1) {
      const prepared = await prepare();
      await delay(idleMs());
      const ms = await this.time(() => order(prepared));
      if (sample > 0) samples.push(ms);
    }
    return samples;
  }
}
