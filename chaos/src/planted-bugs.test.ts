import { type JobRepository, jobStatuses } from "@skill-fleet/core";
import type { Store } from "@skill-fleet/core/testing";
import { expect, test } from "vitest";
import { check, type RuleName } from "./check.ts";
import { anySeed } from "./options.ts";
import { type AlteredRun, runAltered } from "./testing/run-altered.ts";

/*
 * That the checker can fail: each of these puts one fault into fleets that are real but for it, and names the
 * rule that notices.
 */

test("two fleets as they are break no rule", async () => {
  const seed = anySeed();
  const evidence = await runAltered({ seed });
  expect(check(evidence), `seed ${seed}`).toEqual({});
  expect(evidence.calls.filter(({ outcome }) => outcome.kind === "ok").length).toBeGreaterThan(200);
}, 120_000);

/** The store with some methods of its jobs replaced. */
function withJobs(store: Store, replaced: (jobs: JobRepository) => Partial<JobRepository>): Store {
  return { ...store, jobs: overlay(store.jobs, replaced(store.jobs)) };
}

/** The object, but for some of its methods. */
function overlay<Original extends object>(original: Original, replaced: Partial<Original>): Original {
  return new Proxy(original, {
    get: (target, name) => {
      const value: unknown = Reflect.get(name in replaced ? replaced : target, name);
      // A method has private fields of the original.
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

/** The store with a change feed that passes nothing on but gaps. */
function deaf(store: Store): Store {
  const { changes } = store;
  return { ...store, changes: overlay(changes, { subscribe: ({ onGap }) => changes.subscribe({ onGap, onChange: () => {} }) }) };
}

const planted: Record<string, Omit<AlteredRun, "seed"> & { readonly caughtBy: readonly RuleName[] }> = {
  "a cache that drops nothing when another instance changes a job": {
    alter: deaf,
    trustMs: Number.POSITIVE_INFINITY,
    leastMs: 15_000,
    caughtBy: ["readsAreNotTooOld"],
  },
  "an update without the guard of its status": {
    alter: (store) => withJobs(store, (jobs) => ({ update: (id, change) => jobs.update(id, { ...change, allowedFrom: jobStatuses }) })),
    caughtBy: ["eventsAreOfTheTable"],
  },
  "an update without the guard of its version": {
    alter: (store) => withJobs(store, (jobs) => ({ update: (id, change) => jobs.update(id, { ...change, ifVersion: undefined }) })),
    caughtBy: ["guardsOfVersionsHold"],
  },
  "a worker's write without the check of its run": {
    alter: (store) => withJobs(store, (jobs) => ({ update: (id, change) => jobs.update(id, { ...change, run: undefined }) })),
    caughtBy: ["runsFenceWrites"],
  },
  "an update that is sent again": {
    alter: (store) =>
      withJobs(store, (jobs) => ({
        update: async (id, change) => {
          await jobs.update(id, change);
          return jobs.update(id, change);
        },
      })),
    caughtBy: ["callsHappenOnceOrNotAtAll"],
  },
  "a creation that is acknowledged and not written": {
    alter: (store) => {
      let count = 0;
      return withJobs(store, (jobs) => ({
        insert: async (job) => {
          const outcome = await jobs.insert(job);
          count += 1;
          if (count % 5 === 0) await jobs.delete(job.id, jobStatuses);
          return outcome;
        },
      }));
    },
    caughtBy: ["nothingAcknowledgedIsMissing"],
  },
  "a response that is accepted although another has won": {
    alter: (store) => ({
      ...store,
      prompts: overlay(store.prompts, {
        respond: async (response) => {
          const outcome = await store.prompts.respond(response);
          const isLost = outcome.kind === "refused" && outcome.prompt?.status === "answered";
          return isLost ? { kind: "replayed", jobStatus: "running", jobVersion: 3 } : outcome;
        },
      }),
    }),
    caughtBy: ["promptsHaveOneWinner"],
  },
  "a read that does not look at the version that it is asked for": {
    alter: deaf,
    trustMs: Number.POSITIVE_INFINITY,
    alterPort: (port) => ({
      ...port,
      jobs: { ...port.jobs, get: (id, options) => port.jobs.get(id, { ...options, minVersion: undefined }) },
    }),
    caughtBy: ["versionsNeverGoBack", "readsReachTheVersionSaid"],
  },
};

for (const [bug, { caughtBy, ...run }] of Object.entries(planted)) {
  test(`${bug} is caught`, async () => {
    const seed = anySeed();
    const breaks = check(await runAltered({ seed, ...run }));
    expect(Object.keys(breaks), `seed ${seed}`).toEqual(expect.arrayContaining([...caughtBy]));
  }, 120_000);
}
