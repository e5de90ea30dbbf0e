import { groupBy } from "../history/group-by.ts";
import { eventsByMark } from "../history/marks.ts";
import { acknowledgedVersions, isFreshRead, seenVersions } from "../history/versions.ts";
import type { HoldUp, Rule } from "./rule.ts";
import { tooOld } from "./too-old.ts";

/** No read, on whichever instance, is older than the time for which a copy is trusted. Time in which the instance was held up does not count. */
export const readsAreNotTooOld: Rule = ({ calls, state, staleLimitMs, holdUps }) => {
  const known = groupBy([...acknowledgedVersions(calls, eventsByMark(state)), ...seenVersions(calls)], ({ jobId }) => jobId);
  const instances = groupBy(seenVersions(calls.filter(isFreshRead)), ({ call }) => call.instance);
  return [...instances].flatMap(([instance, sightings]) => {
    const clock = clockOf(holdUps.filter((holdUp) => holdUp.instance === instance));
    const reads = groupBy(sightings, ({ jobId }) => jobId);
    return [...reads].flatMap(([jobId, ofJob]) => tooOld(ofJob, known.get(jobId) ?? [], staleLimitMs, clock));
  });
};

/** A clock that stands still while the instance is held up. The hold-ups do not overlap. */
function clockOf(holdUps: readonly HoldUp[]): (ms: number) => number {
  return (ms) => holdUps.reduce((left, { fromMs, toMs }) => left - Math.max(0, Math.min(ms, toMs) - fromMs), ms);
}
