import type { AskRequest, JobDefinition, Json, LeasedJob, Prompt } from "@skill-fleet/client";
import type { z } from "zod";
import { NonRetryableError, PromptWithdrawnError } from "./errors.ts";
import type { JobContext } from "./job-context.ts";
import type { JobLease } from "./job-lease.ts";
import { OccurrenceNames } from "./occurrence-names.ts";
import { Questions } from "./questions.ts";
import { StoredSteps, toJson } from "./stored-steps.ts";
import type { WorkerBackend } from "./worker-backend.ts";
import { type WorkerLogger, withFields } from "./worker-logger.ts";

/** The one name under which a handler's loop keeps its state. */
const checkpointName = "checkpoint";

export interface HandlerContextParts {
  readonly job: LeasedJob;
  readonly definition: JobDefinition;
  readonly lease: JobLease;
  readonly backend: WorkerBackend;
  readonly logger: WorkerLogger;
}

/** Makes the context of one handler. Its types are in {@link JobContext}; here everything is the same for every definition. */
export function handlerContext({ job, definition, lease, backend, logger }: HandlerContextParts): JobContext<JobDefinition> {
  const jobId = job.id;
  const names = { step: new OccurrenceNames(), ask: new OccurrenceNames(), sleep: new OccurrenceNames() };
  const stored = new StoredSteps(lease, backend);
  const questions = new Questions(lease, backend);

  const step = async (name: string, work: (signal: AbortSignal) => unknown): Promise<unknown> => {
    const unique = names.step.next(name);
    const known = await stored.find("step", unique);
    if (known !== undefined) return known;
    if (lease.endReason !== undefined) throw lease.endReason;
    return stored.put("step", unique, toJson(await work(lease.signal)));
  };

  const ask = async (name: string, data: unknown = null, options: Partial<AskRequest["prompts"][number]> = {}): Promise<unknown> => {
    const key = names.ask.next(name);
    const response = definition.prompts[name]?.response;
    const shown = await shape(definition.prompts[name]?.data, data, `The data of prompt "${name}"`);
    const question = { ...options, type: name, key, data: toJson(shown), responseSchema: definition.responseSchemas[name] };
    const prompt = await questions.ask(question);
    return outcomeOf(prompt, options.onExpire === "resume", (value) => shape(response, value, `The response to prompt "${name}"`));
  };

  const sleep = async (name: string, ms: number): Promise<void> => {
    const unique = names.sleep.next(name);
    let isOver = false;
    while (!isOver) {
      const reply = await lease.writeAndPark(
        (run) => backend.sleep({ jobId, run, name: unique, ms }),
        (answer) => !answer.isOver,
      );
      isOver = reply.isOver;
    }
  };

  const context = {
    get signal() {
      return lease.signal;
    },
    attempt: job.attempt,
    log: withFields(logger, { jobId, run: job.run }),
    step: mayBeForgotten(step),
    ask: mayBeForgotten(ask),
    sleep: mayBeForgotten(sleep),
    progress: mayBeForgotten(async (percent: number, message?: string, phase?: string) => {
      await lease.write((run) => backend.progress({ jobId, run, percent, message, phase }));
    }),
    checkpoint: mayBeForgotten(async (state: unknown) => {
      await stored.put("checkpoint", checkpointName, toJson(state));
    }),
    lastCheckpoint: mayBeForgotten(() => stored.find("checkpoint", checkpointName)),
  };
  return context as unknown as JobContext<JobDefinition>;
}

/** A method whose rejection does not end the process when the handler does not await it. */
function mayBeForgotten<Parameters extends unknown[], Result>(method: (...parameters: Parameters) => Promise<Result>) {
  return (...parameters: Parameters): Promise<Result> => {
    const result = method(...parameters);
    result.catch(() => {});
    return result;
  };
}

/** What a settled prompt is to the handler. */
async function outcomeOf(prompt: Prompt, resumes: boolean, read: (response: Json) => Promise<unknown>): Promise<unknown> {
  if (prompt.status === "withdrawn") {
    throw new PromptWithdrawnError(`Prompt ${prompt.id} (${prompt.type}) was withdrawn: nobody will answer it.`);
  }
  if (!resumes) return read(prompt.response);
  return prompt.status === "expired" ? { status: "expired" } : { status: "answered", response: await read(prompt.response) };
}

/**
 * A value in its defined shape.
 *
 * @throws {NonRetryableError} when it is not: the same value will not fit the next time either
 */
export async function shape(schema: z.ZodType | undefined, value: unknown, what: string): Promise<unknown> {
  const parsed = await schema?.safeParseAsync(value);
  if (parsed === undefined) return value;
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) =>
    path.length === 0 ? message : `${path.map(String).join(".")}: ${message}`,
  );
  throw new NonRetryableError(`${what} is not of the defined shape: ${problems.join("; ")}`);
}
