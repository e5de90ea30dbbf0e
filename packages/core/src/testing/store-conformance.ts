import { afterAll, beforeAll, beforeEach, describe } from "vitest";
import { jobStatuses } from "../jobs/job-status.ts";
import type { Store } from "../store.ts";
import { describeAsks } from "./conformance/asks.ts";
import { describeClaims } from "./conformance/claims.ts";
import { describeDeadlines } from "./conformance/deadlines.ts";
import { describeDeletes } from "./conformance/deletes.ts";
import { describeEagerStarts } from "./conformance/eager-starts.ts";
import { describeHistory } from "./conformance/history.ts";
import { describeIdempotency } from "./conformance/idempotency.ts";
import { describeInserts } from "./conformance/inserts.ts";
import { describeLeases } from "./conformance/leases.ts";
import { describeLists } from "./conformance/lists.ts";
import { describePromptChanges } from "./conformance/prompt-changes.ts";
import { describePromptTerms } from "./conformance/prompt-terms.ts";
import { describePrompts } from "./conformance/prompts.ts";
import { describeResponses } from "./conformance/responses.ts";
import { describeRetention } from "./conformance/retention.ts";
import { describeStats } from "./conformance/stats.ts";
import { describeSteps } from "./conformance/steps.ts";
import { describeTimeLimits } from "./conformance/time-limits.ts";
import { describeUpdates } from "./conformance/updates.ts";
import { describeValues } from "./conformance/values.ts";
import { ManualClock } from "./manual-clock.ts";

/** The engine under test. It is empty when a test begins, and its time is the clock's. */
export interface StoreFixture {
  readonly store: Store;
  readonly clock: ManualClock;
}

/** Registers the promises that every engine keeps, as tests of the engine that `open` opens. */
export function describeStore(name: string, open: (clock: ManualClock) => Promise<Store>): void {
  describe(name, () => {
    const clock = new ManualClock();
    let opened: Store | undefined;
    const fixture: StoreFixture = {
      clock,
      get store() {
        if (opened === undefined) throw new Error("The store is open within tests only.");
        return opened;
      },
    };
    beforeAll(async () => {
      opened = await open(clock);
    });
    beforeEach(() => empty(fixture.store));
    afterAll(() => opened?.close());

    describeInserts(fixture);
    describeLists(fixture);
    describeUpdates(fixture);
    describeDeletes(fixture);
    describeHistory(fixture);
    describeStats(fixture);
    describePrompts(fixture);
    describePromptTerms(fixture);
    describePromptChanges(fixture);
    describeResponses(fixture);
    describeDeadlines(fixture);
    describeValues(fixture);
    describeClaims(fixture);
    describeEagerStarts(fixture);
    describeLeases(fixture);
    describeAsks(fixture);
    describeSteps(fixture);
    describeTimeLimits(fixture);
    describeIdempotency(fixture);
    describeRetention(fixture);
  });
}

/** Through the port, so that the suite needs to know nothing about an engine. */
async function empty({ jobs }: Store): Promise<void> {
  for (;;) {
    const page = await jobs.list({}, 500);
    if (page.length === 0) return;
    for (const { id } of page) await jobs.delete(id, jobStatuses);
  }
}
