import type { Json, Step, StepKind } from "@skill-fleet/client";
import { NonRetryableError } from "./errors.ts";
import type { JobLease } from "./job-lease.ts";
import type { WorkerBackend } from "./worker-backend.ts";

/** What the handler of one job has stored, read once when somebody asks. */
export class StoredSteps {
  readonly #lease: JobLease;
  readonly #backend: Pick<WorkerBackend, "steps" | "putStep">;
  /** In its first run a job has nothing stored: that saves the question. */
  #known: Promise<readonly Step[]> | undefined;
  /** The checkpoint that this handler has stored last: it has replaced the one that was read. */
  #checkpoint: Json | undefined;

  constructor(lease: JobLease, backend: Pick<WorkerBackend, "steps" | "putStep">) {
    this.#lease = lease;
    this.#backend = backend;
    if (lease.run === 1) this.#known = Promise.resolve([]);
  }

  async find(kind: StepKind, name: string): Promise<Json | undefined> {
    if (kind === "checkpoint" && this.#checkpoint !== undefined) return this.#checkpoint;
    const { jobId } = this.#lease;
    this.#known ??= this.#lease.write(() => this.#backend.steps({ jobId }));
    return (await this.#known).find((step) => step.kind === kind && step.name === name)?.output;
  }

  /** Stores an output, and returns what is stored: with a step, the first output wins. */
  async put(kind: StepKind, name: string, output: Json): Promise<Json> {
    const { jobId } = this.#lease;
    const stored = await this.#lease.write((run) => this.#backend.putStep({ jobId, run, kind, name, output }));
    if (kind === "checkpoint") this.#checkpoint = stored;
    return stored;
  }
}

/**
 * A value as JSON has it: what is stored is what comes back, the first time as well.
 *
 * @throws {NonRetryableError} when JSON has no such value
 */
export function toJson(value: unknown): Json {
  try {
    return JSON.parse(JSON.stringify(value) ?? "null");
  } catch (cause) {
    throw new NonRetryableError(`A value cannot be written as JSON: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}
