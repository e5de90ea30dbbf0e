import type { Clock } from "../clock.ts";

/** A clock that stands still until a test moves it. */
export class ManualClock implements Clock {
  #nowMs: number;

  constructor(nowMs: number = Date.UTC(2026, 0, 1)) {
    this.#nowMs = nowMs;
  }

  nowMs(): number {
    return this.#nowMs;
  }

  /** The current instant as the database port of time wants it. */
  nowText(): string {
    return new Date(this.#nowMs).toISOString();
  }

  advance(ms: number): void {
    this.#nowMs += ms;
  }
}
