/** The longest wait before the second attempt; it doubles with each further one. */
const firstMs = 1_000;
/** No wait is longer. */
const maxMs = 60 * 60 * 1_000;

/**
 * The wait after a failed attempt (1 for the first): anything from nothing to a limit that doubles with
 * each attempt.
 *
 * Full jitter: what failed together, because one service was down, does not come back together. See
 * https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/.
 */
export function backoffMs(attempt: number, random: () => number = Math.random): number {
  return Math.round(random() * Math.min(maxMs, firstMs * 2 ** (attempt - 1)));
}
