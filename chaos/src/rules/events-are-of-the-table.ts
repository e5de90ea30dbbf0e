import { isFinal, jobTransitions } from "@skill-fleet/core";
import { eventsByJob, follow, type Moment } from "../history/life.ts";
import type { Rule } from "./rule.ts";

/**
 * A job has exactly one event for each of its versions; each begins where the one before ended and makes a
 * move of the transition table, or none while the job lives; and the last one leaves the job as its row is.
 */
export const eventsAreOfTheTable: Rule = ({ state }) => {
  const events = eventsByJob(state.events);
  const orphans = [...events.keys()].filter((id) => !state.jobs.some((job) => job.id === id)).map((id) => `${id} has events and no row`);
  const problems = state.jobs.flatMap(({ id, version, status }) => {
    const moments = follow(events.get(id) ?? []);
    const versions = moments.map((moment) => moment.event.version);
    if (versions.length !== version || versions.some((each, index) => each !== index + 1)) {
      return [`${id} has version ${version} and events of versions ${versions.join(", ")}`];
    }
    const last = moments.at(-1)?.after;
    const end = last === status ? [] : [`${id} is ${status}, and its events leave it ${last}`];
    return [...moments.filter((moment) => !isAllowed(moment)).map(describe), ...end];
  });
  return [...orphans, ...problems];
};

function isAllowed({ before, after, event }: Moment): boolean {
  if (before === undefined) return event.kind === "created";
  if (event.kind === "created") return false;
  return before === after ? !isFinal(before) : after in jobTransitions[before];
}

function describe({ before, after, event: { jobId, version, kind } }: Moment): string {
  return `version ${version} of ${jobId} (${kind}) goes from ${before ?? "nothing"} to ${after}`;
}
