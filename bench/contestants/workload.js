/*
 * What every contestant is given to do, the same for all.
 */

/** The payload of a job. */
export const payload = { year: 2026, pages: [1, 2, 3] };

/** How many jobs may be in hands at once while a queue is drained; each contestant has as many handlers as make it fastest. */
export const jobsInHands = 500;

/** How many connections to the database a contestant has at most, its ear not counted. */
export const connections = 10;

/** Makes the numbers of jobs that are added in one breath, until there are `count`. */
export function* breaths(count) {
  for (let added = 0; added < count; added += 1_000) yield Math.min(1_000, count - added);
}
