import { processActor } from "../../actor.ts";
import type { Job } from "../../jobs/job.ts";
import type { JobInsert } from "../../jobs/job-repository.ts";
import type { Claim } from "../../leases/lease-repository.ts";
import { buildInsert } from "../build-job.ts";
import type { StoreFixture } from "../store-conformance.ts";

/** Puts jobs into the queue of a fixture, and takes them out. */
export function queueOf(fixture: StoreFixture) {
  return {
    /** Inserts a job of type `report`, and returns its id. */
    insert: async (overrides: Partial<JobInsert> = {}): Promise<string> => {
      const job = buildInsert(overrides);
      await fixture.store.jobs.insert(job);
      return job.id;
    },
    /** Claims up to ten jobs for worker `w`, unless told otherwise. */
    claim: (overrides: Partial<Claim> = {}) =>
      fixture.store.leases.claim({ workerId: "w", types: ["report"], limit: 10, claim: 1, actor: processActor, ...overrides }),
    idsOf: async (claiming: Promise<readonly Job[]>): Promise<string[]> => (await claiming).map(({ id }) => id),
    later: (ms: number): Date => new Date(fixture.clock.nowMs() + ms),
  };
}
