import { groupBy } from "../history/group-by.ts";
import { eventsByJob, follow } from "../history/life.ts";
import { eventsByMark } from "../history/marks.ts";
import { describeCall, type Rule } from "./rule.ts";

/**
 * A job is with one worker at a time: each claim is of a job that nobody had, in a run that is one higher than
 * the last, and what a worker wrote in a run happened while it had the job in that run.
 */
export const runsFenceWrites: Rule = ({ calls, state }) => {
  const moments = [...eventsByJob(state.events).values()].flatMap(follow);
  const problems: string[] = [];
  const runs = new Map<string, number>();
  for (const { event, heldBefore, claims } of moments) {
    const name = `version ${event.version} of ${event.jobId} (${event.kind})`;
    if (claims !== undefined) {
      const last = runs.get(event.jobId) ?? 0;
      if (heldBefore !== undefined) problems.push(`${name} claims run ${claims} while a worker has run ${heldBefore}`);
      if (claims !== last + 1) problems.push(`${name} claims run ${claims} after run ${last}`);
      runs.set(event.jobId, claims);
    } else if (event.data["run"] !== undefined && event.data["run"] !== heldBefore) {
      problems.push(`${name} is of run ${event.data["run"]}, and a worker has ${heldBefore === undefined ? "none" : `run ${heldBefore}`}`);
    }
  }
  const heldAt = new Map(moments.map(({ event, heldBefore }) => [event, heldBefore]));
  const marked = eventsByMark(state);
  for (const call of calls) {
    if (call.run === undefined || call.mark === undefined) continue;
    for (const event of marked.get(call.mark) ?? []) {
      const held = heldAt.get(event);
      if (held === call.run) continue;
      problems.push(
        `${describeCall(call)} is version ${event.version} of ${event.jobId}, when a worker had ${held === undefined ? "none" : `run ${held}`}`,
      );
    }
  }
  return [...problems, ...claimedTwice(calls)];
};

/** Two workers that were both given one run. */
function claimedTwice(calls: Parameters<Rule>[0]["calls"]): string[] {
  const given = calls.flatMap((call) =>
    call.action === "claim" && call.outcome.kind === "ok"
      ? call.outcome.jobs.map(({ id, run }) => ({ key: `run ${run} of ${id}`, call }))
      : [],
  );
  return [...groupBy(given, ({ key }) => key)]
    .filter(([, claims]) => claims.length > 1)
    .map(([key, claims]) => `${key} was given to ${claims.map(({ call }) => describeCall(call)).join(" and to ")}`);
}
