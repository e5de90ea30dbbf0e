import { isFreshRead } from "../history/versions.ts";
import { describeCall, type Rule } from "./rule.ts";

/** For one client that says which version it has seen, the versions of a job never go back. */
export const versionsNeverGoBack: Rule = ({ calls }) => {
  const highest = new Map<string, number>();
  return calls.flatMap((call) => {
    if (call.outcome.kind !== "ok") return [];
    return call.outcome.jobs.flatMap(({ id, version }) => {
      const key = `${call.client} ${id}`;
      const seen = highest.get(key) ?? 0;
      highest.set(key, Math.max(seen, version));
      const goesBack = isFreshRead(call) && call.minVersion !== undefined && version < seen;
      return goesBack ? [`${describeCall(call)} showed version ${version} of ${id} after version ${seen}`] : [];
    });
  });
};
