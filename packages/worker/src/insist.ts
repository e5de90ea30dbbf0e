import pRetry from "p-retry";
import { isTransient } from "./errors.ts";

/**
 * Makes a call until it gets a reply: a fleet that is away is called again, with growing pauses, until it
 * is back or the signal ends. Any other error is thrown.
 */
export async function insist<Result>(call: () => Promise<Result>, signal: AbortSignal): Promise<Result> {
  return pRetry(call, {
    retries: Number.POSITIVE_INFINITY,
    minTimeout: 50,
    maxTimeout: 2_000,
    randomize: true,
    signal,
    shouldRetry: ({ error }) => isTransient(error),
  });
}
