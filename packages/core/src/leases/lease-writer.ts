import { type Actor, processActor } from "../actor.ts";
import { FleetError } from "../errors.ts";
import type { Job } from "../jobs/job.ts";
import type { JobCache } from "../jobs/job-cache.ts";
import { checkChange } from "../jobs/job-change.ts";
import { requireJobId } from "../jobs/job-refusal.ts";
import { appliedJob, type GuardedChange, type JobRepository } from "../jobs/job-repository.ts";
import { assertStorable, isSameJson, type Json } from "../json.ts";
import type { LeaseAddress } from "./lease.ts";
import { leaseLost } from "./lease-refusal.ts";

export interface LeaseWriterParts {
  readonly jobs: JobRepository;
  readonly cache: JobCache;
}

/** A change to a job that its worker makes. */
export interface LeaseWrite extends Pick<GuardedChange, "change" | "place" | "newAttempt"> {
  readonly event: Omit<GuardedChange["event"], "actor">;
  /** Default: this process. */
  readonly actor?: Actor | undefined;
}

/** Changes jobs under their leases: a write whose run is not the current one changes nothing. */
export class LeaseWriter {
  readonly #jobs: JobRepository;
  readonly #cache: JobCache;

  constructor({ jobs, cache }: LeaseWriterParts) {
    this.#jobs = jobs;
    this.#cache = cache;
  }

  /**
   * Makes a change.
   *
   * @throws {FleetError} `LEASE_LOST`; `INVALID_INPUT`
   */
  async write({ jobId, run }: LeaseAddress, { actor = processActor, event, ...write }: LeaseWrite): Promise<Job> {
    const id = requireJobId(jobId);
    // A job that only goes to another place has no change to check.
    if (Object.keys(write.change).length > 0) checkChange(write.change, id);
    const guarded = { ...write, run, allowedFrom: ["running"] as const, event: { ...event, actor } };
    const outcome = await this.#cache.write(id, () => this.#jobs.update(id, guarded), appliedJob);
    if (outcome.kind === "refused") throw leaseLost(id, run, outcome.current);
    return outcome.job;
  }

  /** Completes a job. Repeating it is harmless. @throws {FleetError} `LEASE_LOST`; `INVALID_INPUT` */
  async complete({ jobId, run }: LeaseAddress, result: Json, actor: Actor = processActor): Promise<Job> {
    const id = requireJobId(jobId);
    assertStorable({ result }, id);
    const known = this.#cache.known(id);
    const outcome = await this.#cache.write(id, () => this.#jobs.complete({ jobId: id, run, result, actor, known }), appliedJob);
    if (outcome.kind === "applied") return outcome.job;
    const { current } = outcome;
    if (current?.status === "completed" && current.run === run && isSameJson(current.result, result)) return current;
    throw leaseLost(id, run, current);
  }

  /** Gives a job back, untried: it returns to its old place in the queue without costing an attempt. @throws {FleetError} `LEASE_LOST` */
  async release({ jobId, run }: LeaseAddress, actor: Actor | undefined): Promise<Job> {
    return this.write(
      { jobId, run },
      { change: { status: "pending" }, place: { in: "queue" }, event: { kind: "released", data: { run } }, actor },
    );
  }

  /** As {@link release}, but a lease that has ended already is as good. */
  async releaseIfHeld(lease: LeaseAddress, actor: Actor | undefined): Promise<void> {
    try {
      await this.release(lease, actor);
    } catch (error) {
      if (!FleetError.is(error) || (error.code !== "LEASE_LOST" && error.code !== "JOB_NOT_FOUND")) throw error;
    }
  }
}
