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
} from "@skill-fleet/client";

/**
 * What a worker needs of a fleet: `openFleet().leases` in the same process, or `createClient().worker`
 * anywhere else.
 *
 * Every write names the run of its lease and fails with the code `LEASE_LOST` once that is over. A call
 * whose reply was lost may be repeated: it has no second effect.
 */
export interface WorkerBackend {
  /** Begins the life of a worker, and says how often it should beat. */
  register(worker: { readonly workerId: string; readonly types: readonly string[] }): Promise<WorkerTerms>;
  /** Takes jobs; with `waitMs` as soon as there is one. A claim that was aborted, or had no reply, may have happened. */
  claim(request: ClaimRequest, options: { readonly signal: AbortSignal }): Promise<readonly LeasedJob[]>;
  /** Says that a worker lives, and hears what it has. */
  heartbeat(request: HeartbeatRequest): Promise<Heartbeat>;
  /** Ends the life of a worker: what it still has goes back, without costing an attempt. */
  deregister(worker: { readonly workerId: string }): Promise<void>;
  /** Completes a job. */
  complete(completion: Completion): Promise<unknown>;
  /** Ends an attempt without success. */
  fail(failure: AttemptFailure): Promise<unknown>;
  /** Gives a job back, untried. */
  release(lease: LeaseAddress): Promise<unknown>;
  /** Says how far the work is. */
  progress(report: ProgressReport): Promise<unknown>;
  /** Everything that the handlers of a job have stored. */
  steps(job: { readonly jobId: string }): Promise<readonly Step[]>;
  /** Stores the output of a step, and returns what is stored: the first output, if there was one. */
  putStep(step: NewStep): Promise<Json>;
  /** Asks people. While one of the questions is open no worker has the job. */
  ask(request: AskRequest): Promise<Asked>;
  /** Sleeps, and says whether the sleep is over. Until it is no worker has the job. */
  sleep(request: SleepRequest): Promise<{ readonly isOver: boolean }>;
}
