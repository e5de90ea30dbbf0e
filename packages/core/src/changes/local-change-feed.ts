import type { ChangeFeed, ChangeFeedStatus, ChangeListener, JobNotice } from "./change-feed.ts";

/** The feed of a fleet that has its store to itself: always live, nothing leaves the process. */
export class LocalChangeFeed implements ChangeFeed {
  readonly isLive = true;
  readonly status: ChangeFeedStatus = { state: "local", since: new Date(), lagMs: null, gaps: 0 };
  readonly #listeners = new Set<ChangeListener>();

  announce(notice: JobNotice): void {
    for (const listener of this.#listeners) listener.onChange(notice);
  }

  /** Tells the listeners that notices may have been missed. */
  gap(): void {
    for (const listener of this.#listeners) listener.onGap();
  }

  subscribe(listener: ChangeListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async close(): Promise<void> {
    this.#listeners.clear();
  }
}
