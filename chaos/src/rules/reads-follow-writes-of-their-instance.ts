import { groupBy } from "../history/group-by.ts";
import { eventsByMark } from "../history/marks.ts";
import { acknowledgedVersions, isFreshRead, seenVersions } from "../history/versions.ts";
import type { Rule } from "./rule.ts";
import { tooOld } from "./too-old.ts";

/** A read on the instance that acknowledged a write, begun after that, shows at least the version that the write made. */
export const readsFollowWritesOfTheirInstance: Rule = ({ calls, state }) => {
  const keyOf = ({ jobId, call }: { jobId: string; call: { instance: number } }) => `${call.instance} ${jobId}`;
  const writes = groupBy(acknowledgedVersions(calls, eventsByMark(state)), keyOf);
  const reads = groupBy(seenVersions(calls.filter(isFreshRead)), keyOf);
  return [...reads].flatMap(([key, sightings]) => tooOld(sightings, writes.get(key) ?? [], 0));
};
