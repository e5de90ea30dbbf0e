import type { AskRequest, JobDefinition, LeasedJob } from "@skill-fleet/client";
import { HandlerCalls, type HandlerCallsParts } from "./handler-calls.ts";
import type { JobContext } from "./job-context.ts";
import { type WorkerLogger, withFields } from "./worker-logger.ts";

export interface HandlerContextParts extends HandlerCallsParts {
  readonly job: LeasedJob;
  readonly logger: WorkerLogger;
}

/** The context of one handler. Most handlers use a part of it: the rest is not made. */
class HandlerContext {
  readonly attempt: number;
  readonly #parts: HandlerContextParts;
  #calls: HandlerCalls | undefined;
  #log: WorkerLogger | undefined;

  // Functions of their own and no methods, because a handler may take them out.
  readonly step = (name: string, work: (signal: AbortSignal) => unknown) => mayBeForgotten(this.#made().step(name, work));
  readonly ask = (name: string, data?: unknown, options?: Partial<AskRequest["prompts"][number]>) =>
    mayBeForgotten(this.#made().ask(name, data, options));
  readonly sleep = (name: string, ms: number) => mayBeForgotten(this.#made().sleep(name, ms));
  readonly progress = (percent: number, message?: string, phase?: string) => mayBeForgotten(this.#made().progress(percent, message, phase));
  readonly checkpoint = (state: unknown) => mayBeForgotten(this.#made().checkpoint(state));
  readonly lastCheckpoint = () => mayBeForgotten(this.#made().lastCheckpoint());

  constructor(parts: HandlerContextParts) {
    this.#parts = parts;
    this.attempt = parts.job.attempt;
  }

  get signal(): AbortSignal {
    return this.#parts.lease.signal;
  }

  get log(): WorkerLogger {
    const { logger, job } = this.#parts;
    this.#log ??= withFields(logger, { jobId: job.id, run: job.run });
    return this.#log;
  }

  #made(): HandlerCalls {
    this.#calls ??= new HandlerCalls(this.#parts);
    return this.#calls;
  }
}

/** Makes the context of one handler. Its types are in {@link JobContext}; here everything is the same for every definition. */
export function handlerContext(parts: HandlerContextParts): JobContext<JobDefinition> {
  return new HandlerContext(parts) as unknown as JobContext<JobDefinition>;
}

/** A promise whose rejection does not end the process when the handler does not await it. */
function mayBeForgotten<Result>(promise: Promise<Result>): Promise<Result> {
  promise.catch(() => {});
  return promise;
}
