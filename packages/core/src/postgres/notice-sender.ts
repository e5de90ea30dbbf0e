import { setTimeout as delay, setImmediate as nextTurn } from "node:timers/promises";
import type { JobNotice } from "../changes/change-feed.ts";
import type { Logger } from "../logger.ts";
import { packNotices } from "./notice-payload.ts";

/** Notices wait this long for company; a NOTIFY takes a lock that all of the server's commits share. */
const flushDelayMs = 5;
const retryDelayMs = 250;

export interface NoticeSenderOptions {
  /** The name of this instance. */
  readonly origin: string;
  /** Sends notifications, all of them or none. */
  readonly send: (payloads: readonly string[]) => Promise<unknown>;
  readonly logger: Logger;
}

/**
 * Tells the other instances what changed, without one notification for every change.
 *
 * The first notice after a silence goes out with those of the same turn of the event loop; what
 * follows waits up to 5 ms for company. One that cannot be sent is tried again until it can.
 */
export class NoticeSender {
  readonly #options: NoticeSenderOptions;
  readonly #stop = new AbortController();
  #unsent = new Map<string, JobNotice>();
  #sending: Promise<void> | undefined;

  constructor(options: NoticeSenderOptions) {
    this.#options = options;
  }

  /** Takes a notice; of several about one job the latest is enough. */
  add(notice: JobNotice): void {
    this.#remember(notice);
    this.#sending ??= this.#send().finally(() => {
      this.#sending = undefined;
    });
  }

  /** Tries once more to send what is unsent, and gives up. Safe to call twice. */
  async close(): Promise<void> {
    this.#stop.abort();
    await this.#sending;
  }

  async #send(): Promise<void> {
    const { origin, send, logger } = this.#options;
    await nextTurn();
    let isFailing = false;
    while (this.#unsent.size > 0) {
      const notices = this.#unsent;
      this.#unsent = new Map();
      try {
        await send([...packNotices(origin, notices.values())]);
        isFailing = false;
        await this.#pause(flushDelayMs);
      } catch (error) {
        if (this.#stop.signal.aborted) return;
        // Of failures in a row the first: it is tried four times a second.
        if (!isFailing) logger.warn({ err: error }, "Change notifications could not be sent; trying again until they can");
        isFailing = true;
        for (const notice of notices.values()) this.#remember(notice);
        await this.#pause(retryDelayMs);
      }
    }
  }

  #remember(notice: JobNotice): void {
    const known = this.#unsent.get(notice.jobId);
    if (known === undefined || known.version <= notice.version) this.#unsent.set(notice.jobId, notice);
  }

  /** Waits, but not past the order to stop. */
  async #pause(ms: number): Promise<void> {
    await delay(ms, undefined, { signal: this.#stop.signal, ref: false }).catch(() => {});
  }
}
