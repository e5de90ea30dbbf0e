import type { Call } from "../history/call.ts";
import type { FinalState } from "../history/final-state.ts";

/** All that is known of a run. */
export interface Evidence {
  /** In the order in which they ended. */
  readonly calls: readonly Call[];
  readonly state: FinalState;
  /** How much older than what anybody has been told a read may be, while its instance is not held up. */
  readonly staleLimitMs: number;
  readonly holdUps: readonly HoldUp[];
}

/** That nothing got on in an instance, or on its way to the database: what it had asked for may have come late. */
export interface HoldUp {
  readonly instance: number;
  readonly fromMs: number;
  readonly toMs: number;
}

/** Holds a run against one promise, and returns every break of it, in words. */
export type Rule = (evidence: Evidence) => string[];

/** A call, for people. */
export function describeCall({ number, action, client, instance, startedMs, endedMs, run, mark }: Call): string {
  const words = [`call ${number} (${action}${run === undefined ? "" : ` in run ${run}`}) of client ${client} at instance ${instance}`];
  if (mark !== undefined) words.push(`marked ${mark}`);
  return `${words.join(", ")}, ${startedMs.toFixed(1)} to ${endedMs.toFixed(1)} ms`;
}
