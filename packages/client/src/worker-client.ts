import type {
  Asked,
  AskRequest,
  AttemptFailure,
  ClaimRequest,
  Completion,
  Heartbeat,
  HeartbeatRequest,
  Json,
  LeaseAddress,
  LeasedJob,
  NewStep,
  ProgressReport,
  SleepRequest,
  Step,
  WorkerTerms,
} from "@skill-fleet/core";
import { alone, type CallOptions, call } from "./call.ts";
import type { Connection } from "./connection.ts";
import type { Job } from "./jobs-client.ts";
import type { SeenVersions } from "./seen-versions.ts";

/**
 * What a worker says to a server: the protocol below a worker, in the words of the fleet's own leases. Every
 * method throws {@link FleetClientError}: `INVALID_INPUT`, and `JOB_NOT_FOUND` if it names a job that is gone, beside what it says itself.
 *
 * A worker that has claimed a job has it in a run, and every write names that run. Once the lease has ended
 * those writes are refused with `LEASE_LOST` and change nothing. That is why they are repeated when a reply is
 * lost: at worst the repetition is told `LEASE_LOST` by what the first try did. What says that a worker lives is not repeated: it
 * says so as of now, and whoever sends it has to know whether it arrived.
 */
export interface WorkerClient {
  /** Begins the life of a worker, and says how often it should beat. What a former process of that name still has is taken from it. */
  register(worker: Pick<HeartbeatRequest, "workerId" | "types">, options?: CallOptions): Promise<WorkerTerms>;
  /**
   * Takes jobs, those with the highest priority first; with `waitMs` (at most 55,000) it returns as soon as there
   * is one. Counts as a heartbeat.
   *
   * Not repeated by itself: a claim whose reply was lost, or that was aborted, may have happened. The next
   * heartbeat shows its leases.
   */
  claim(request: ClaimRequest, options?: CallOptions): Promise<readonly LeasedJob[]>;
  /** Says that a worker lives, and hears what it has. A worker that beats too rarely loses its jobs to others. */
  heartbeat(request: HeartbeatRequest, options?: CallOptions): Promise<Heartbeat>;
  /** Ends the life of a worker: what it still has goes back to the queue, without costing an attempt. Safe to call twice. */
  deregister(worker: Pick<HeartbeatRequest, "workerId">, options?: CallOptions): Promise<void>;
  /** Completes a job. Repeating it is harmless. Throws `LEASE_LOST`. */
  complete(completion: Completion, options?: CallOptions): Promise<Job>;
  /** Ends an attempt without success: another one follows, unless this was the last or none can succeed. Throws `LEASE_LOST`. */
  fail(failure: AttemptFailure, options?: CallOptions): Promise<Job>;
  /** Gives a job back, untried: it returns to its old place in the queue without costing an attempt. Throws `LEASE_LOST`. */
  release(lease: LeaseAddress, options?: CallOptions): Promise<Job>;
  /** Says how far the work is. Throws `LEASE_LOST`. */
  progress(report: ProgressReport, options?: CallOptions): Promise<Job>;
  /** Everything that the handlers of a job have stored. */
  steps(job: Pick<LeaseAddress, "jobId">, options?: CallOptions): Promise<readonly Step[]>;
  /** Stores the output of a finished step, and returns what is stored: the output of the first time, if there was one. Throws `LEASE_LOST`. */
  putStep(step: NewStep, options?: CallOptions): Promise<Json>;
  /**
   * Asks people. While one of the questions is open the job waits for them, and no worker has it. Repeating it is
   * harmless: a question is found by its key. Throws `LEASE_LOST`.
   */
  ask(request: AskRequest, options?: CallOptions): Promise<Asked>;
  /**
   * Sleeps, for any length. Says whether the sleep is over; if not, the lease has ended and the job comes back
   * when it is. Repeating it is harmless: a sleep is found by its name. Throws `LEASE_LOST`.
   */
  sleep(request: SleepRequest, options?: CallOptions): Promise<{ readonly isOver: boolean }>;
}

export function workerClient({ worker }: Connection, seen: SeenVersions): WorkerClient {
  // Where a name or an address is all that is asked for, whatever else the caller's object has stays here: the
  // server refuses fields that it does not know, a fleet in this process would not mind them.
  return {
    register: ({ workerId, types }, options = {}) =>
      call((request) => worker.register.mutate({ workerId, types }, request), options, "once"),
    claim: async (wanted, options = {}) => {
      const { jobs } = await call((request) => worker.claim.mutate(wanted, alone(request)), options, "once");
      for (const job of jobs) seen.note(job);
      return jobs;
    },
    // Alone: whoever is to be known to live must not wait for others in a batch.
    heartbeat: (beat, options = {}) => call((request) => worker.heartbeat.mutate(beat, alone(request)), options, "once"),
    deregister: ({ workerId }, options = {}) => call((request) => worker.deregister.mutate({ workerId }, request), options, "once"),
    complete: (completion, options = {}) =>
      seen.write(completion.jobId, () => call((request) => worker.complete.mutate(completion, request), options, "repeatable")),
    fail: (failure, options = {}) =>
      seen.write(failure.jobId, () => call((request) => worker.fail.mutate(failure, request), options, "repeatable")),
    release: ({ jobId, run }, options = {}) =>
      seen.write(jobId, () => call((request) => worker.release.mutate({ jobId, run }, request), options, "repeatable")),
    progress: (report, options = {}) =>
      seen.write(report.jobId, () => call((request) => worker.progress.mutate(report, request), options, "repeatable")),
    steps: async ({ jobId }, options = {}) =>
      (await call((request) => worker.steps.query({ jobId }, request), options, "repeatable")).steps,
    putStep: async (step, options = {}) => (await call((request) => worker.putStep.mutate(step, request), options, "repeatable")).output,
    ask: (questions, options = {}) =>
      seen.writeBlindly(questions.jobId, () => call((request) => worker.ask.mutate(questions, request), options, "repeatable")),
    sleep: (sleep, options = {}) =>
      seen.writeBlindly(sleep.jobId, () => call((request) => worker.sleep.mutate(sleep, request), options, "repeatable")),
  };
}
