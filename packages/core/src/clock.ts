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
 * A clock that nobody can set: for how old something is, not for what time it is. A copy of a job must not
 * seem young again because the machine's clock was put back.
 */
export const monotonicClock: Clock = { nowMs: () => performance.now() };
