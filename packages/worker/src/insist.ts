import pRetry from "p-retry";
import { isTransient } from "./errors.ts";

/**
 * Makes a call until it gets a reply: a fleet that is away is called again, with growing pauses, until it
 * is back or the signal ends. Any other error is thrown.
 *
 * @param ending whose signal is looked at once the first call has failed
 */
export function insist<Result>(call: () => Promise<Result>, ending: { readonly signal: AbortSignal }): Promise<Result> {
  const first = call();
  return first.catch((error: unknown) => {
    if (!isTransient(error)) throw error;
    return pRetry((attempt) => (attempt === 1 ? first : call()), {
      retries: Number.POSITIVE_INFINITY,
      minTimeout: 50,
      maxTimeout: 2_000,
      randomize: true,
      signal: ending.signal,
      shouldRetry: (failure) => isTransient(failure.error),
    });
  });
}
