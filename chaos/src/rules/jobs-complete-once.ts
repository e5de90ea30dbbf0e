import { groupBy } from "../history/group-by.ts";
import { markIn } from "../history/marks.ts";
import { describeCall, type Rule } from "./rule.ts";

/** A job completes at most once, and whoever was told that it completed it finds its own result there. */
export const jobsCompleteOnce: Rule = ({ calls, state }) => {
  const completions = groupBy(
    state.events.filter(({ kind }) => kind === "completed"),
    ({ jobId }) => jobId,
  );
  const twice = [...completions].filter(([, events]) => events.length > 1).map(([id, { length }]) => `${id} completed ${length} times`);
  const resultOf = new Map(state.jobs.map(({ id, result }) => [id, result]));
  const told = calls.filter(({ action, outcome }) => action === "complete" && outcome.kind === "ok");
  const lost = told.filter(({ jobId = "", mark }) => markIn(resultOf.get(jobId)) !== mark);
  return [...twice, ...lost.map((call) => `${describeCall(call)} completed ${call.jobId}, whose result is another`)];
};
