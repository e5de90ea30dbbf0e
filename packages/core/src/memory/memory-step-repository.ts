import { holds } from "../leases/lease.ts";
import type { NewStep, Step } from "../leases/step.ts";
import type { StepOutcome, StepRepository } from "../leases/step-repository.ts";
import type { MemoryTables } from "./memory-tables.ts";

/** Steps in this process alone. */
export class MemoryStepRepository implements StepRepository {
  readonly #tables: MemoryTables;

  constructor(tables: MemoryTables) {
    this.#tables = tables;
  }

  async put({ jobId, run, ...step }: NewStep): Promise<StepOutcome> {
    const steps = this.#tables.extras.get(jobId)?.steps;
    if (steps === undefined || !holds(this.#tables.jobs.get(jobId), run)) return { kind: "lost" };
    const key = `${step.kind} ${step.name}`;
    const nowMs = this.#tables.clock.nowMs();
    const known = steps.get(key);
    const stored = known === undefined ? { ...structuredClone(step), atMs: nowMs } : known;
    steps.set(key, step.kind === "checkpoint" ? { ...stored, output: structuredClone(step.output) } : stored);
    return { kind: "stored", output: structuredClone(steps.get(key)?.output ?? null), ageMs: nowMs - stored.atMs };
  }

  async list(jobId: string): Promise<Step[]> {
    const steps = [...(this.#tables.extras.get(jobId)?.steps.values() ?? [])];
    const order = (a: Step, b: Step) => (`${a.kind} ${a.name}` < `${b.kind} ${b.name}` ? -1 : 1);
    return structuredClone(steps.sort(order).map(({ kind, name, output }) => ({ kind, name, output })));
  }
}
