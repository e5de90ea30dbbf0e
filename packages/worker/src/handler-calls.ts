import type { AskRequest, JobDefinition, Json, Prompt } from "@skill-fleet/client";
import { PromptWithdrawnError } from "./errors.ts";
import type { JobLease } from "./job-lease.ts";
import { OccurrenceNames } from "./occurrence-names.ts";
import { Questions } from "./questions.ts";
import { shape } from "./shape.ts";
import { StoredSteps, toJson } from "./stored-steps.ts";
import type { WorkerBackend } from "./worker-backend.ts";

/** The one name under which a handler's loop keeps its state. */
const checkpointName = "checkpoint";

export interface HandlerCallsParts {
  readonly definition: JobDefinition;
  readonly lease: JobLease;
  readonly backend: WorkerBackend;
}

/** What one handler asks of the fleet. */
export class HandlerCalls {
  readonly #parts: HandlerCallsParts;
  readonly #steps = new OccurrenceNames();
  readonly #asks = new OccurrenceNames();
  readonly #sleeps = new OccurrenceNames();
  readonly #stored: StoredSteps;
  readonly #questions: Questions;

  constructor(parts: HandlerCallsParts) {
    this.#parts = parts;
    this.#stored = new StoredSteps(parts.lease, parts.backend);
    this.#questions = new Questions(parts.lease, parts.backend);
  }

  async step(name: string, work: (signal: AbortSignal) => unknown): Promise<unknown> {
    const { lease } = this.#parts;
    const unique = this.#steps.next(name);
    const known = await this.#stored.find("step", unique);
    if (known !== undefined) return known;
    if (lease.endReason !== undefined) throw lease.endReason;
    return this.#stored.put("step", unique, toJson(await work(lease.signal)));
  }

  async ask(name: string, data: unknown = null, options: Partial<AskRequest["prompts"][number]> = {}): Promise<unknown> {
    const { prompts, responseSchemas } = this.#parts.definition;
    const key = this.#asks.next(name);
    const shown = await shape(prompts[name]?.data, data, `The data of prompt "${name}"`);
    const question = { ...options, type: name, key, data: toJson(shown), responseSchema: responseSchemas[name] };
    const prompt = await this.#questions.ask(question);
    const read = (response: Json) => shape(prompts[name]?.response, response, `The response to prompt "${name}"`);
    return outcomeOf(prompt, options.onExpire === "resume", read);
  }

  async sleep(name: string, ms: number): Promise<void> {
    const { lease, backend } = this.#parts;
    const unique = this.#sleeps.next(name);
    // "Until then" may have passed when the handler is replayed.
    let isOver = false;
    while (!isOver) {
      const reply = await lease.writeAndPark(
        (run) => backend.sleep({ jobId: lease.jobId, run, name: unique, ms: Math.max(0, ms) }),
        (answer) => !answer.isOver,
      );
      isOver = reply.isOver;
    }
  }

  async progress(percent: number, message?: string, phase?: string): Promise<void> {
    const { lease, backend } = this.#parts;
    await lease.write((run) => backend.progress({ jobId: lease.jobId, run, percent, message, phase }));
  }

  async checkpoint(state: unknown): Promise<void> {
    await this.#stored.put("checkpoint", checkpointName, toJson(state));
  }

  lastCheckpoint(): Promise<unknown> {
    return this.#stored.find("checkpoint", checkpointName);
  }
}

/** What a settled prompt is to the handler. */
async function outcomeOf(prompt: Prompt, resumes: boolean, read: (response: Json) => Promise<unknown>): Promise<unknown> {
  if (prompt.status === "withdrawn") {
    throw new PromptWithdrawnError(`Prompt ${prompt.id} (${prompt.type}) was withdrawn: nobody will answer it.`);
  }
  if (!resumes) return read(prompt.response);
  return prompt.status === "expired" ? { status: "expired" } : { status: "answered", response: await read(prompt.response) };
}
