import { describeCall, type Rule } from "./rule.ts";

/** A change that was to happen to one version only made the next one. */
export const guardsOfVersionsHold: Rule = ({ calls }) =>
  calls.flatMap((call) => {
    const { ifVersion, outcome } = call;
    if (ifVersion === undefined || outcome.kind !== "ok") return [];
    return outcome.jobs
      .filter(({ version }) => version !== ifVersion + 1)
      .map(({ version }) => `${describeCall(call)} was for version ${ifVersion} only and made version ${version}`);
  });
