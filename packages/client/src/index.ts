export type {
  Asked,
  AskedPrompt,
  AskRequest,
  AttemptFailure,
  ClaimRequest,
  Completion,
  Heartbeat,
  HeartbeatRequest,
  Json,
  JsonObject,
  Lease,
  LeaseAddress,
  LeasedJob,
  LostLease,
  NewStep,
  ProgressReport,
  SleepRequest,
  Step,
  StepKind,
  WorkerTerms,
} from "@skill-fleet/core";
export type { CallOptions } from "./call.ts";
export type { FleetClientErrorCode, TransportErrorCode } from "./client-error.ts";
export { FleetClientError } from "./client-error.ts";
export type { ClientOptions, FleetClient } from "./create-client.ts";
export { createClient } from "./create-client.ts";
export type { JobDefinition, PromptDefinition, PromptDefinitions } from "./define-job.ts";
export { defineJob } from "./define-job.ts";
export type {
  DigestOptions,
  HitlClient,
  HitlConfig,
  InboxPage,
  InboxQuery,
  NewPrompt,
  OpenedPrompt,
  OpenPrompt,
  Prompt,
  PromptChange,
  PromptResponse,
  PromptTypeOptions,
  RespondOptions,
  ResponseReceipt,
  WithdrawOptions,
} from "./hitl-client.ts";
export type {
  CancelOptions,
  ChangeOptions,
  CreatedJob,
  CreateOptions,
  EndedJob,
  EventsOptions,
  GetOptions,
  Job,
  JobChange,
  JobEvent,
  JobPage,
  JobQuery,
  JobStats,
  JobsClient,
  NewJob,
  WaitOptions,
} from "./jobs-client.ts";
export type {
  CreatedJobOf,
  EndedJobOf,
  JobOf,
  NewJobOf,
  NewPromptOf,
  OpenPromptOf,
  PromptName,
  ResponseOf,
} from "./typed-jobs.ts";
export type { WorkerClient } from "./worker-client.ts";
