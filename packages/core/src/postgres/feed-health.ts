import type { ChangeFeedStatus } from "../changes/change-feed.ts";
import type { Logger } from "../logger.ts";

/** What is known of a feed's connection, and the log lines about it: one when it goes down, one when it is back. */
export class FeedHealth {
  readonly #logger: Logger;
  #status: ChangeFeedStatus = { state: "down", since: new Date(), lagMs: null, gaps: 0 };
  /** When it went down, by a clock that nobody sets. Undefined while it is live, or has not been tried yet. */
  #downAtMs: number | undefined;
  #hasWarnedOfPooler = false;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  get status(): ChangeFeedStatus {
    return this.#status;
  }

  markLive(lagMs: number): void {
    this.#status = { ...this.#status, state: "live", since: new Date(), lagMs };
    if (this.#downAtMs === undefined) return;
    const awayMs = Math.round(performance.now() - this.#downAtMs);
    this.#downAtMs = undefined;
    this.#logger.info({ awayMs, gaps: this.#status.gaps }, "The change feed is back");
  }

  noteLag(lagMs: number): void {
    this.#status = { ...this.#status, lagMs };
  }

  /** Notes that it is down, and logs why, once for each time that it goes down. */
  markDown(error: unknown): void {
    if (!this.#goesDown()) return;
    const reason = error instanceof Error ? error.message : String(error);
    this.#logger.warn({ reason }, "The change feed is down: jobs are read from the database until it is back");
  }

  /** Notes that it is down because it does not hear itself, and logs that once in the life of the process. */
  markDeaf(advice: string): void {
    this.#goesDown();
    if (this.#hasWarnedOfPooler) return;
    this.#hasWarnedOfPooler = true;
    this.#logger.warn({}, `The change feed does not hear itself: ${advice} Jobs are read from the database until it does`);
  }

  /** Returns whether it was not known to be down before. */
  #goesDown(): boolean {
    if (this.#downAtMs !== undefined) return false;
    this.#downAtMs = performance.now();
    const since = this.#status.state === "live" ? new Date() : this.#status.since;
    this.#status = { ...this.#status, state: "down", since, gaps: this.#status.gaps + 1 };
    return true;
  }
}
