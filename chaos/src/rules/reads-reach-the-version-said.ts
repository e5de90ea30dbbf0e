import { isFreshRead } from "../history/versions.ts";
import { describeCall, type Rule } from "./rule.ts";

/** A read that says which version its client has seen, of whatever writer on whatever instance, shows at least that one. */
export const readsReachTheVersionSaid: Rule = ({ calls }) =>
  calls
    .filter(isFreshRead)
    .flatMap((call) =>
      call.outcome.kind === "ok"
        ? call.outcome.jobs
            .filter(({ version }) => version < (call.minVersion ?? 0))
            .map(({ id, version }) => `${describeCall(call)} showed version ${version} of ${id} and was asked for ${call.minVersion}`)
        : [],
    );
