import { groupBy } from "../history/group-by.ts";
import { eventsByMark } from "../history/marks.ts";
import { acknowledgedVersions, isFreshRead, seenVersions } from "../history/versions.ts";
import type { Rule } from "./rule.ts";
import { tooOld } from "./too-old.ts";

/** No read, on whichever instance, is older than the time for which a copy is trusted. */
export const readsAreNotTooOld: Rule = ({ calls, state, staleLimitMs }) => {
  const known = groupBy([...acknowledgedVersions(calls, eventsByMark(state)), ...seenVersions(calls)], ({ jobId }) => jobId);
  const reads = groupBy(seenVersions(calls.filter(isFreshRead)), ({ jobId }) => jobId);
  return [...reads].flatMap(([jobId, sightings]) => tooOld(sightings, known.get(jobId) ?? [], staleLimitMs));
};
