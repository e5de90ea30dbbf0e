import type { ChangeFeed, ChangeFeedStatus, ChangeListener, JobNotice } from "../changes/change-feed.ts";
import { LocalChangeFeed } from "../changes/local-change-feed.ts";

/** A feed whose connection a test cuts and restores; `announce` also stands for what other instances say. */
export class ManualChangeFeed implements ChangeFeed {
  readonly #local = new LocalChangeFeed();
  isLive = true;

  get status(): ChangeFeedStatus {
    return { ...this.#local.status, state: this.isLive ? "live" : "down" };
  }

  /** From now on nothing from other instances arrives. */
  cut(): void {
    this.isLive = false;
  }

  restore(): void {
    this.#local.gap();
    this.isLive = true;
  }

  announce(notice: JobNotice): void {
    this.#local.announce(notice);
  }

  subscribe(listener: ChangeListener): () => void {
    return this.#local.subscribe(listener);
  }

  close(): Promise<void> {
    return this.#local.close();
  }
}
