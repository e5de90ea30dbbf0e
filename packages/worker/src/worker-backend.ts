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
  register(worker: { readonly workerId: string; readonly types: readonly string[] }): Promise<WorkerTerms>;
  claim(request: ClaimRequest, options: { readonly signal: AbortSignal }): Promise<readonly LeasedJob[]>;
  heartbeat(request: HeartbeatRequest): Promise<Heartbeat>;
  deregister(worker: { readonly workerId: string }): Promise<void>;
  complete(completion: Completion): Promise<unknown>;
  fail(failure: AttemptFailure): Promise<unknown>;
  release(lease: LeaseAddress): Promise<unknown>;
  progress(report: ProgressReport): Promise<unknown>;
  steps(job: { readonly jobId: string }): Promise<readonly Step[]>;
  putStep(step: NewStep): Promise<Json>;
  ask(request: AskRequest): Promise<Asked>;
  sleep(request: SleepRequest): Promise<{ readonly isOver: boolean }>;
}
