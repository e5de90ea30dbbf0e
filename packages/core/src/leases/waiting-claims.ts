import { FleetError } from "../errors.ts";
import type { InsertOutcome } from "../jobs/job-repository.ts";
import type { LeasedJob } from "./lease.ts";
import type { Claim } from "./lease-repository.ts";

/** The place of a claim that waits. */
export interface WaitingClaim {
  /**
   * Ends the wait, and returns the jobs that were created for this claim meanwhile, once they are durable.
   *
   * @throws {FleetError} `STORE_UNAVAILABLE` when none was, but one may have been: its lease is known by the claim's number then
   */
  leave(): Promise<readonly LeasedJob[]>;
}

interface Place {
  readonly claim: Claim;
  readonly creations: Promise<InsertOutcome>[];
  /** Called once, in the next turn of the event loop, when the place has its first creation. */
  readonly onCreation: () => void;
}

/**
 * The claims of this process that found no job and wait for one, each with places for as many as it wants.
 *
 * A job that is created meanwhile, and wants a worker at once, begins in the write that creates it: that is one commit instead of
 * two, and neither the queue nor a notice is needed. The claim waits for all jobs of one turn of the event loop, which travel in one
 * statement. Temporal does the same with a workflow whose starter has a worker, and calls it an eager start.
 */
export class WaitingClaims {
  /** In the order in which they came. */
  readonly #places = new Set<Place>();

  enter(claim: Claim, onCreation: () => void): WaitingClaim {
    const place: Place = { claim, creations: [], onCreation };
    this.#places.add(place);
    return {
      leave: () => {
        this.#places.delete(place);
        return startedBy(place.creations);
      },
    };
  }

  /** Creates a job, for the claim that has waited longest for one of this type, if there is any. */
  create(type: string, insert: (startedBy?: Claim) => Promise<InsertOutcome>): Promise<InsertOutcome> {
    const place = this.#find(type);
    if (place === undefined) return insert();
    const creation = insert(place.claim);
    place.creations.push(creation);
    if (place.creations.length === 1) setImmediate(place.onCreation);
    if (place.creations.length === place.claim.limit) this.#places.delete(place);
    return creation;
  }

  #find(type: string): Place | undefined {
    for (const place of this.#places) {
      if (place.claim.types.includes(type)) return place;
    }
    return undefined;
  }
}

async function startedBy(creations: readonly Promise<InsertOutcome>[]): Promise<readonly LeasedJob[]> {
  const results = await Promise.allSettled(creations);
  const jobs = results.flatMap((result) => {
    return result.status === "fulfilled" && result.value.kind === "inserted" ? (result.value.started ?? []) : [];
  });
  const failed = results.find((result) => result.status === "rejected" && FleetError.is(result.reason, "STORE_UNAVAILABLE"));
  if (jobs.length === 0 && failed?.status === "rejected") throw failed.reason;
  return jobs;
}
