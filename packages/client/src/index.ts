export type { Json, JsonObject } from "@skill-fleet/core";
export type { CallOptions } from "./call.ts";
export type { FleetClientErrorCode, TransportErrorCode } from "./client-error.ts";
export { FleetClientError } from "./client-error.ts";
export type { ClientOptions, FleetClient } from "./create-client.ts";
export { createClient } from "./create-client.ts";
export type {
  HitlClient,
  InboxPage,
  InboxQuery,
  NewPrompt,
  OpenPrompt,
  Prompt,
  PromptResponse,
  RespondOptions,
  ResponseReceipt,
} from "./hitl-client.ts";
export type {
  CancelOptions,
  ChangeOptions,
  CreatedJob,
  CreateOptions,
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
} from "./jobs-client.ts";
