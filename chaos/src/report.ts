import type { check } from "./check.ts";
import { groupBy } from "./history/group-by.ts";
import type { Evidence } from "./rules/rule.ts";

/** Of many breaks of one rule the first ones tell the story. */
const shownBreaks = 20;

/** What a round did, in a line or two. */
export function describeLoad({ calls, state }: Evidence): string {
  const count = (keyOf: (call: Evidence["calls"][number]) => string) =>
    [...groupBy(calls, keyOf)].map(([key, { length }]) => `${length} ${key}`).join(", ");
  const outcomes = count(({ outcome }) => (outcome.kind === "ok" ? "ok" : `${outcome.kind} (${outcome.code})`));
  return `  ${calls.length} calls: ${count(({ action }) => action)}\n  ${outcomes}\n  ${state.jobs.length} jobs, ${state.events.length} events`;
}

/** What was broken, for people. */
export function describeBreaks(breaks: ReturnType<typeof check>): string {
  return Object.entries(breaks)
    .map(([rule, problems]) => {
      const more = problems.length > shownBreaks ? `\n  and ${problems.length - shownBreaks} more` : "";
      return `${rule}:\n  ${problems.slice(0, shownBreaks).join("\n  ")}${more}`;
    })
    .join("\n");
}
