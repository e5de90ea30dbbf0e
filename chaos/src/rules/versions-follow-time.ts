import { groupBy } from "../history/group-by.ts";
import { eventsByMark } from "../history/marks.ts";
import { acknowledgedVersions } from "../history/versions.ts";
import type { Rule } from "./rule.ts";
import { tooOld } from "./too-old.ts";

/** A write that began after another of the same job was acknowledged, on whichever instance, makes a higher version. */
export const versionsFollowTime: Rule = ({ calls, state }) => {
  // What a client repeats by itself may be acknowledged for what its first try did.
  const writes = acknowledgedVersions(calls, eventsByMark(state)).filter(({ call }) => !call.insists);
  return [...groupBy(writes, ({ jobId }) => jobId).values()].flatMap((sightings) => tooOld(sightings, sightings, 0));
};
