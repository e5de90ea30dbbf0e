import type { Fleet, Logger } from "@skill-fleet/core";
import { isAway, reportFailure } from "./report-failure.ts";

/** Whose deadlines happen: answers that did not come, jobs that take too long, workers that died. */
const nouns = ["prompts", "jobs", "leases"] as const;

interface NounFailure {
  readonly noun: string;
  readonly error: unknown;
}

type Overdue = { readonly [Noun in (typeof nouns)[number]]: Pick<Fleet[Noun], "expireOverdue"> };

/**
 * Makes the task that lets deadlines happen. It never throws, the next run tries again, and a noun that
 * fails keeps no other from its turn. It runs often: of failures of a noun in a row the first of each kind
 * is reported, in one line for all that began to fail so in one run.
 */
export function deadlineTask(fleet: Overdue, log: Logger): () => Promise<void> {
  let failing: readonly NounFailure[] = [];
  return async () => {
    const outcomes = await Promise.allSettled(nouns.map(async (noun) => fleet[noun].expireOverdue()));
    const failures = outcomes.flatMap((outcome, at): NounFailure[] => {
      return outcome.status === "rejected" ? [{ noun: nouns[at] as string, error: outcome.reason }] : [];
    });
    const news = failures.filter(
      ({ noun, error }) => !failing.some((known) => known.noun === noun && isAway(known.error) === isAway(error)),
    );
    for (const alike of [news.filter(({ error }) => isAway(error)), news.filter(({ error }) => !isAway(error))]) {
      if (alike.length > 0) reportFailure(log, "deadline", alike[0]?.error, { of: alike.map(({ noun }) => noun) });
    }
    failing = failures;
  };
}
