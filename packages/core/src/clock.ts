/**
 * Where a part of the fleet reads the time.
 *
 * Only the memory store and memory mode ask a process's clock. With a database, the
 * database's own clock stamps every row, so that instances with skewed clocks agree.
 */
export interface Clock {
  /** The current instant in milliseconds since the Unix epoch. */
  nowMs(): number;
}

/** The clock of this process. */
export const systemClock: Clock = { nowMs: () => Date.now() };

/**
 * For how old something is, not for what time it is. Nobody can set it: a copy of a job must not seem young again
 * because the machine's clock was put back.
 *
 * It is read once a turn of the event loop, and stands still until that turn ends: a reading takes longer than a lookup
 * in memory. No reading outlives a wait of the loop for something to happen.
 */
export class TurnClock implements Clock {
  #nowMs: number | undefined;

  nowMs(): number {
    if (this.#nowMs === undefined) {
      this.#nowMs = performance.now();
      setImmediate(this.#endTurn);
    }
    return this.#nowMs;
  }

  readonly #endTurn = () => {
    this.#nowMs = undefined;
  };
}
