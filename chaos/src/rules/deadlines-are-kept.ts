import type { Rule } from "./rule.ts";

/** A prompt is answered before its deadline and expires after it, by the database's clock, whatever the clocks of the instances say. */
export const deadlinesAreKept: Rule = ({ state }) =>
  state.prompts.flatMap(({ id, status, expiresAt, respondedAt, closedAt }) => {
    if (expiresAt === null) return status === "expired" ? [`prompt ${id} expired and has no deadline`] : [];
    if (respondedAt !== null && respondedAt >= expiresAt)
      return [`prompt ${id} was answered ${respondedAt - expiresAt} ms after its deadline`];
    if (status === "expired" && closedAt !== null && closedAt < expiresAt)
      return [`prompt ${id} expired ${expiresAt - closedAt} ms too early`];
    return [];
  });
