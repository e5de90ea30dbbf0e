import { TypeIndex } from "../changes/type-index.ts";
import { FleetError } from "../errors.ts";
import type { InsertOutcome } from "../jobs/job-repository.ts";
import type { LeasedJob } from "./lease.ts";
import type { Claim } from "./lease-repository.ts";

/** A claim that waits. */
export interface WaitingClaim {
  /** Whether jobs are being created for this claim. */
  readonly isTaken: boolean;
  /**
   * Ends the wait. Returns the jobs that were created for this claim meanwhile, once the outcome of each creation is known;
   * undefined when there are none.
   *
   * @throws {FleetError} `STORE_UNAVAILABLE`, or another, when none was created for certain, but one may have been: its lease is
   *   known by the claim's number then
   */
  leave(): Promise<readonly LeasedJob[] | undefined>;
}

interface Waiting {
  readonly types: readonly string[];
  readonly claim: Claim;
  /** Those that are under way, and those that have, or may have, started a job. */
  readonly creations: Set<Promise<InsertOutcome>>;
  /** Called when the claim need not wait any longer. */
  readonly onStart: () => void;
}

/**
 * The claims of this process that found no job and wait for one, each with as many free slots as it wants jobs.
 *
 * A job that is created meanwhile, and wants a worker at once, starts in the write that creates it: that is one commit instead of
 * two, and neither the queue nor a notice is needed. Temporal does the same for a workflow whose worker is where it is started,
 * and calls it an eager start.
 *
 * Slots are given in the order of the creations. Of two jobs that are created in the same moment for one slot, the second
 * goes to the queue, whatever its priority.
 */
export class WaitingClaims {
  /** In the order in which they have looked for jobs. */
  readonly #waiting = new TypeIndex<Waiting>();

  enter(claim: Claim, onStart: () => void): WaitingClaim {
    const waiting: Waiting = { types: claim.types, claim, creations: new Set(), onStart };
    this.#waiting.add(waiting);
    return {
      get isTaken() {
        return waiting.creations.size > 0;
      },
      leave: async () => {
        this.#waiting.delete(waiting);
        return startedBy([...waiting.creations]);
      },
    };
  }

  /** Creates a job, for the claim that has looked for one of its type longest ago, if any waits. */
  create(type: string, insert: (startedBy?: Claim) => Promise<InsertOutcome>): Promise<InsertOutcome> {
    const waiting = this.#find(type);
    if (waiting === undefined) return insert();
    const creation = insert(waiting.claim);
    waiting.creations.add(creation);
    const settle = (mayHaveStarted: boolean) => {
      if (mayHaveStarted) waiting.onStart();
      else waiting.creations.delete(creation);
    };
    creation.then(
      (outcome) => settle(jobStartedBy(outcome) !== undefined),
      (error: unknown) => settle(isUnknown(error)),
    );
    return creation;
  }

  /** Keeps further jobs from a worker that has ended. */
  forget(workerId: string): void {
    for (const waiting of [...this.#waiting.all()]) {
      if (waiting.claim.workerId === workerId) this.#waiting.delete(waiting);
    }
  }

  #find(type: string): Waiting | undefined {
    for (const waiting of this.#waiting.of(type)) {
      if (waiting.creations.size < waiting.claim.limit) return waiting;
    }
    return undefined;
  }
}

async function startedBy(creations: readonly Promise<InsertOutcome>[]): Promise<readonly LeasedJob[] | undefined> {
  const results = await Promise.allSettled(creations);
  const jobs = results.flatMap((result) => (result.status === "fulfilled" && jobStartedBy(result.value)) || []);
  if (jobs.length > 0) return jobs;
  const failed = results.find((result) => result.status === "rejected" && isUnknown(result.reason));
  if (failed?.status === "rejected") throw failed.reason;
  return undefined;
}

function jobStartedBy(outcome: InsertOutcome): LeasedJob | undefined {
  return outcome.kind === "inserted" ? outcome.started : undefined;
}

/** Whether a write that failed so may have happened. */
function isUnknown(error: unknown): boolean {
  return !FleetError.is(error, "INVALID_INPUT");
}
