export type { Actor, Door } from "./actor.ts";
export { processActor } from "./actor.ts";
export type { ChangeFeedStatus } from "./changes/change-feed.ts";
export type { Clock } from "./clock.ts";
export { systemClock } from "./clock.ts";
export type { ErrorCode, FleetErrorOptions, InputProblem } from "./errors.ts";
export { errorCodes, FleetError, invalidInput, reasonOf } from "./errors.ts";
export type { Fleet, FleetOptions, Persistence } from "./fleet.ts";
export { openFleet } from "./fleet.ts";
export type {
  ActiveJob,
  CancelledJob,
  CompletedJob,
  FailedJob,
  Job,
  JobChange,
  JobDurations,
  JobEvent,
  JobEventKind,
  JobFilter,
  JobPage,
  JobRecord,
  JobStats,
  NewJob,
  PendingJob,
} from "./jobs/job.ts";
export { jobEventKinds } from "./jobs/job.ts";
export { type CreatedJob, JobManager } from "./jobs/job-manager.ts";
export { JobMemoryStore } from "./jobs/job-memory-store.ts";
export type {
  CancelOptions,
  CreateOptions,
  EventsOptions,
  GetOptions,
  ListOptions,
  UpdateOptions,
  WaitOptions,
} from "./jobs/job-options.ts";
export type { JobRepository } from "./jobs/job-repository.ts";
export type { FinalStatus, JobStatus, TransitionVerb } from "./jobs/job-status.ts";
export { finalStatuses, isFinal, jobStatuses, jobTransitions, sourcesOf, targetsOf } from "./jobs/job-status.ts";
export { attemptLimit, maxTimeoutMs } from "./jobs/prepare-job.ts";
export { priorities } from "./jobs/priority.ts";
export type { JobCounts, PrunableJobs, RetentionMs } from "./jobs/retention.ts";
export type { Json, JsonObject } from "./json.ts";
export { maxJsonDepth } from "./json.ts";
export type {
  Asked,
  AttemptFailure,
  ClaimRequest,
  Heartbeat,
  HeartbeatRequest,
  Lease,
  LeaseAddress,
  LeasedJob,
  LostLease,
  WorkerTerms,
} from "./leases/lease.ts";
export { maxJobsPerClaim } from "./leases/lease.ts";
export type { ClaimOptions, Completion, ProgressReport, SleepRequest } from "./leases/lease-manager.ts";
export { LeaseManager } from "./leases/lease-manager.ts";
export type { NewStep, Step, StepKind } from "./leases/step.ts";
export { stepKinds } from "./leases/step.ts";
export { pageLimit } from "./list-cursor.ts";
export type { Logger } from "./logger.ts";
export { silentLogger } from "./logger.ts";
export type { DatabaseAdministration } from "./postgres/administration.ts";
export { administrate } from "./postgres/administration.ts";
export type { Migration, MigrationState } from "./postgres/migrate.ts";
export type { DatabaseLocation } from "./postgres/open-postgres-store.ts";
export { type Action, actionWords } from "./prompts/kinds/action-words.ts";
export type { ClarifyQuestion } from "./prompts/kinds/clarify-questions.ts";
export { type PromptKind, promptKinds } from "./prompts/kinds/prompt-kinds.ts";
export { maxExpiresInMs } from "./prompts/prepare-prompt.ts";
export type {
  AnsweredPrompt,
  ClosedPrompt,
  ExpiredPrompt,
  InboxEntry,
  InboxFilter,
  InboxPage,
  NewPrompt,
  OnExpire,
  OpenedPrompt,
  OpenPrompt,
  Prompt,
  PromptChange,
  PromptContent,
  PromptStatus,
  ResponseReceipt,
} from "./prompts/prompt.ts";
export { promptStatuses } from "./prompts/prompt.ts";
export { PromptManager } from "./prompts/prompt-manager.ts";
export type {
  AskedPrompt,
  AskRequest,
  InboxOptions,
  OpenOptions,
  RespondOptions,
  ReviseOptions,
  TypeOption,
  WithdrawOptions,
} from "./prompts/prompt-options.ts";
export { maxSchemaBytes } from "./prompts/schema/response-schemas.ts";
export { textLimit } from "./text-limit.ts";
