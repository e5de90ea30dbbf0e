import type { JobEventKind } from "@skill-fleet/core";
import type { Action, Call } from "../history/call.ts";
import type { EventRow } from "../history/final-state.ts";
import { eventsByMark } from "../history/marks.ts";
import { describeCall, type Rule } from "./rule.ts";

/** What an acknowledged call without a mark must have left in the history. */
const kindsOf: Partial<Record<Action, readonly JobEventKind[]>> = {
  claim: ["started", "resumed"],
  release: ["released"],
  retry: ["retried"],
};

/** What was acknowledged is in the database at the end, at the version that the reply showed. */
export const nothingAcknowledgedIsMissing: Rule = ({ calls, state }) => {
  const marked = eventsByMark(state);
  const eventAt = new Map(state.events.map((event) => [`${event.jobId} ${event.version}`, event]));
  return calls.flatMap((call) => {
    if (call.outcome.kind !== "ok") return [];
    if (call.mark !== undefined) return missingMark(call, marked.get(call.mark) ?? []);
    const kinds = kindsOf[call.action];
    if (kinds === undefined) return [];
    return call.outcome.jobs.flatMap(({ id, version }) => {
      const event = eventAt.get(`${id} ${version}`);
      return event !== undefined && kinds.includes(event.kind)
        ? []
        : [`${describeCall(call)} is missing: version ${version} of ${id} is ${event?.kind ?? "not there"}`];
    });
  });
};

function missingMark(call: Call, events: readonly EventRow[]): string[] {
  const [event] = events;
  if (event === undefined) return [`${describeCall(call)} was acknowledged and is missing`];
  const [job] = call.outcome.kind === "ok" ? call.outcome.jobs : [];
  // A creation that is repeated is answered with the job as it is by then.
  if (job === undefined || job.version === event.version || (call.insists && job.version > event.version)) return [];
  return [`${describeCall(call)} was acknowledged as version ${job.version}, and is version ${event.version}`];
}
