import { FleetError, type Logger } from "@skill-fleet/core";

/** Whether a task failed because the database could not be used, and not by a fault of the program. */
export function isAway(error: unknown): boolean {
  return FleetError.is(error, "STORE_UNAVAILABLE");
}

/**
 * Reports that a run of a task has failed. A database that is away is a warning, since the next run makes good what this
 * one has missed; anything else is an error that somebody should look at.
 */
export function reportFailure(log: Logger, task: string, error: unknown, fields: object = {}): void {
  log[isAway(error) ? "warn" : "error"]({ err: error, ...fields }, `Error in ${task} task; the next run tries again`);
}
