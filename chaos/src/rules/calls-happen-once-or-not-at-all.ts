import { eventsByMark } from "../history/marks.ts";
import { describeCall, type Rule } from "./rule.ts";

/** No call happens twice, whatever became of its reply, and one that was refused does not happen. */
export const callsHappenOnceOrNotAtAll: Rule = ({ calls, state }) => {
  const marked = eventsByMark(state);
  return calls.flatMap((call) => {
    const times = call.mark === undefined ? 0 : (marked.get(call.mark)?.length ?? 0);
    if (times > 1) return [`${describeCall(call)} happened ${times} times`];
    const isRefused = call.outcome.kind === "refused" && !call.insists;
    return isRefused && times > 0 ? [`${describeCall(call)} was refused and happened`] : [];
  });
};
