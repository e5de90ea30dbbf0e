import { groupBy } from "../history/group-by.ts";
import { markIn } from "../history/marks.ts";
import { describeCall, type Rule } from "./rule.ts";

/** A prompt takes one response: at most one is accepted, it is the one in the database, and it is in the history once. */
export const promptsHaveOneWinner: Rule = ({ calls, state }) => {
  const accepted = groupBy(
    calls.filter(({ action, outcome }) => action === "respond" && outcome.kind === "ok"),
    ({ promptId }) => promptId,
  );
  const answered = groupBy(
    state.events.filter(({ kind }) => kind === "prompt_answered"),
    ({ data }) => data["promptId"],
  );
  return state.prompts.flatMap(({ id, status, response }) => {
    const lost = (accepted.get(id) ?? []).filter(({ mark }) => status !== "answered" || markIn(response) !== mark);
    const times = answered.get(id)?.length ?? 0;
    const expected = status === "answered" ? 1 : 0;
    return [
      ...lost.map((call) => `${describeCall(call)} was accepted, and prompt ${id} is ${status} with ${JSON.stringify(response)}`),
      ...(times === expected ? [] : [`prompt ${id} is ${status} and has been answered ${times} times`]),
    ];
  });
};
