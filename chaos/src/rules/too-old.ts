import type { Sighting } from "../history/versions.ts";
import { describeCall } from "./rule.ts";

/** The reads of one job that show less than what was known for longer than `graceMs` when they began, on the clock `at`. */
export function tooOld(reads: readonly Sighting[], known: readonly Sighting[], graceMs: number, at = (ms: number) => ms): string[] {
  const earlier = known.toSorted((one, other) => one.call.endedMs - other.call.endedMs);
  let highest: Sighting | undefined;
  let next = 0;
  const problems: string[] = [];
  for (const read of reads.toSorted((one, other) => one.call.startedMs - other.call.startedMs)) {
    for (let sighting = earlier[next]; sighting !== undefined && at(sighting.call.endedMs) + graceMs < at(read.call.startedMs); ) {
      if (highest === undefined || sighting.version > highest.version) highest = sighting;
      next += 1;
      sighting = earlier[next];
    }
    if (highest === undefined || read.version >= highest.version) continue;
    const { version, call } = highest;
    problems.push(
      `${describeCall(read.call)} showed version ${read.version} of ${read.jobId}; version ${version} had come of ${describeCall(call)}`,
    );
  }
  return problems;
}
