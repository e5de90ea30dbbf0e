import { callsHappenOnceOrNotAtAll } from "./rules/calls-happen-once-or-not-at-all.ts";
import { deadlinesAreKept } from "./rules/deadlines-are-kept.ts";
import { eventsAreOfTheTable } from "./rules/events-are-of-the-table.ts";
import { guardsOfVersionsHold } from "./rules/guards-of-versions-hold.ts";
import { jobsCompleteOnce } from "./rules/jobs-complete-once.ts";
import { nothingAcknowledgedIsMissing } from "./rules/nothing-acknowledged-is-missing.ts";
import { placesAgree } from "./rules/places-agree.ts";
import { promptsHaveOneWinner } from "./rules/prompts-have-one-winner.ts";
import { readsAreNotTooOld } from "./rules/reads-are-not-too-old.ts";
import { readsFollowWritesOfTheirInstance } from "./rules/reads-follow-writes-of-their-instance.ts";
import { readsReachTheVersionSaid } from "./rules/reads-reach-the-version-said.ts";
import { refusalsHaveAReason } from "./rules/refusals-have-a-reason.ts";
import type { Evidence, Rule } from "./rules/rule.ts";
import { runsFenceWrites } from "./rules/runs-fence-writes.ts";
import { versionsFollowTime } from "./rules/versions-follow-time.ts";
import { versionsNeverGoBack } from "./rules/versions-never-go-back.ts";

/** What is promised, by name. */
const rules = {
  callsHappenOnceOrNotAtAll,
  deadlinesAreKept,
  eventsAreOfTheTable,
  guardsOfVersionsHold,
  jobsCompleteOnce,
  nothingAcknowledgedIsMissing,
  placesAgree,
  promptsHaveOneWinner,
  readsAreNotTooOld,
  readsFollowWritesOfTheirInstance,
  readsReachTheVersionSaid,
  refusalsHaveAReason,
  runsFenceWrites,
  versionsFollowTime,
  versionsNeverGoBack,
} satisfies Record<string, Rule>;

export type RuleName = keyof typeof rules;

/** The rules that a run broke, each with every break of it, in words. Empty: all is well. */
export function check(evidence: Evidence): Partial<Record<RuleName, readonly string[]>> {
  const verdicts = Object.entries(rules).map(([name, rule]) => [name, rule(evidence)] as const);
  return Object.fromEntries(verdicts.filter(([, problems]) => problems.length > 0));
}
