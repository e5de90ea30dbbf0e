import type { Fleet, Logger } from "@skill-fleet/core";
import { reportFailure } from "./report-failure.ts";

/** Whose deadlines happen: answers that did not come, jobs that take too long, workers that died. */
const nouns = ["prompts", "jobs", "leases"] as const;

type Overdue = { readonly [Noun in (typeof nouns)[number]]: Pick<Fleet[Noun], "expireOverdue"> };

/**
 * Makes the task that lets deadlines happen. It never throws, the next run tries again, and a noun that
 * fails keeps no other from its turn. Of failures of a noun in a row the first is reported, in one line
 * for all that began to fail in one run, since it runs often.
 */
export function deadlineTask(fleet: Overdue, log: Logger): () => Promise<void> {
  let failing: readonly string[] = [];
  return async () => {
    const outcomes = await Promise.allSettled(nouns.map(async (noun) => fleet[noun].expireOverdue()));
    const failures = outcomes.flatMap((outcome, at) => (outcome.status === "rejected" ? [{ noun: nouns[at] as string, ...outcome }] : []));
    const news = failures.filter(({ noun }) => !failing.includes(noun));
    if (news.length > 0) reportFailure(log, "deadline", news[0]?.reason, { of: news.map(({ noun }) => noun) });
    failing = failures.map(({ noun }) => noun);
  };
}
