import type { NewStep, Step } from "./step.ts";

/**
 * What became of a step that was to be stored.
 *
 * - `stored`: it is durable. `output` is that of the first time, if there was one, which was `ageMs` ago.
 * - `lost`: the writer does not have the job in this run; nothing has changed.
 */
export type StepOutcome = { readonly kind: "stored"; readonly output: Step["output"]; readonly ageMs: number } | { readonly kind: "lost" };

/**
 * Where handlers' steps are kept.
 *
 * Promises of every engine: a step is durable before its promise resolves, and stored under the lease
 * of its run or not at all; whoever claims the job afterwards sees it. Storing the same step again is
 * harmless. Steps go with their job.
 */
export interface StepRepository {
  put(step: NewStep): Promise<StepOutcome>;
  /** Every step of a job, in the order of their names. */
  list(jobId: string): Promise<Step[]>;
}
