export {
  AttemptTimeoutError,
  CancelJobError,
  JobCancelledError,
  LeaseLostError,
  NonRetryableError,
  PromptWithdrawnError,
  RetryAfterError,
  WorkerStoppingError,
} from "./errors.ts";
export type { Handler, HandlerOptions } from "./handler-run.ts";
export type { Answer, AnswerOf, AskOptions, ClosingOptions, JobContext, ResumingOptions } from "./job-context.ts";
export type { StopOptions, Worker, WorkerOptions } from "./worker.ts";
export { createWorker } from "./worker.ts";
export type { WorkerBackend } from "./worker-backend.ts";
export type { WorkerLogger } from "./worker-logger.ts";
