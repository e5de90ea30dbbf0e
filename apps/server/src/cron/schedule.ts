import type { Logger } from "@skill-fleet/core";
import cron from "node-cron";

/** Whether the text is a cron expression: five fields, or six with seconds first. */
export function isCronExpression(text: string): boolean {
  return cron.validate(text);
}

/** A cron expression in words where that is easy, as it stands where not. */
export function describeSchedule(expression: string): string {
  const minutes = /^\*\/(\d+) \* \* \* \*$/.exec(expression)?.[1];
  if (minutes !== undefined) return `runs every ${minutes} minutes`;
  return `runs at "${expression}"`;
}

/**
 * Runs a task at every time that a cron expression names, never twice at once; a time that a busy
 * process missed is left out. Returns the way to stop.
 */
export function schedule(expression: string, task: () => void | Promise<void>, log: Logger): () => Promise<void> {
  const report = (problem: string | Error) => log.warn({ err: problem }, "The schedule had a problem");
  const logger = { info() {}, debug() {}, warn: report, error: report };
  const scheduled = cron.schedule(expression, () => task(), { noOverlap: true, suppressMissedWarning: true, logger });
  return async () => {
    await scheduled.destroy();
  };
}
