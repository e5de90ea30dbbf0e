import { errorCodes } from "@skill-fleet/core";
import { describeCall, type Rule } from "./rule.ts";

/** Whoever is refused is told why in a word of the fleet: never that the fleet is at fault, nor that a good request is a bad one. */
export const refusalsHaveAReason: Rule = ({ calls }) =>
  calls.flatMap((call) => {
    if (call.outcome.kind !== "refused") return [];
    const { code } = call.outcome;
    const isReason = (errorCodes as readonly string[]).includes(code) && code !== "INTERNAL" && code !== "INVALID_INPUT";
    return isReason ? [] : [`${describeCall(call)} was refused with ${code}`];
  });
