import { setTimeout as delay } from "node:timers/promises";
import { AuthorError } from "../author-error.ts";

/** Waits so many milliseconds, or until the signal is aborted, and then throws. */
export type Wait = (ms: number, signal: AbortSignal) => Promise<unknown>;

export const waitByTimer: Wait = (ms, signal) => delay(ms, undefined, { signal });

/** The longest wait that is worth holding a worker for; a longer one is the caller's to arrange. */
const maxWaitMs = 30_000;

const firstBackoffMs = 1_000;
const maxBackoffMs = 10_000;

/**
 * Does something again, up to `maxRetries` times, when it fails with `rate_limited` or `unavailable`:
 * after the time that the endpoint asked for, or else with exponential backoff and full jitter. What
 * timed out has taken its time, and is not repeated here.
 *
 * @throws whatever the last attempt threw; the signal's reason once that is aborted
 */
export async function withRetries<T>(attempt: () => Promise<T>, maxRetries: number, wait: Wait, signal: AbortSignal): Promise<T> {
  for (let retry = 0; ; retry += 1) {
    signal.throwIfAborted();
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof AuthorError) || retry >= maxRetries) throw error;
      if (error.code !== "rate_limited" && error.code !== "unavailable") throw error;
      const waitMs = error.retryAfterMs ?? Math.random() * Math.min(maxBackoffMs, firstBackoffMs * 2 ** retry);
      if (waitMs > maxWaitMs) throw error;
      await waitUnlessAborted(waitMs, wait, signal);
    }
  }
}

async function waitUnlessAborted(ms: number, wait: Wait, signal: AbortSignal): Promise<void> {
  try {
    await wait(ms, signal);
  } catch (error) {
    // The timer's own AbortError says less than the reason.
    signal.throwIfAborted();
    throw error;
  }
}
