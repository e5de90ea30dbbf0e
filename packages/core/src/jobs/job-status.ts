/**
 * Where a job is in its life.
 *
 * - `pending`: created or sent back, nobody works on it. In: creation, hand-back, retry. A crash changes nothing.
 * - `running`: it has begun: a worker has it, or somebody moved it by hand, or it sleeps or waits in the queue until a worker
 *   goes on with it (`availableAt` is set then). In: a start, or the end of its last open prompt.
 * - `pending_hitl`: it waits for a person. In: opening a prompt. Out: its last open prompt
 *   is answered, expires or is withdrawn, or the job ends. It has at least one open prompt, and no other status has one.
 * - `completed`: it succeeded and has a result. Final.
 * - `failed`: it ended with an error. Final, unless somebody retries it.
 * - `cancelled`: somebody stopped it. Final, unless somebody retries it.
 */
export const jobStatuses = ["pending", "running", "pending_hitl", "completed", "failed", "cancelled"] as const;

export type JobStatus = (typeof jobStatuses)[number];

/**
 * What makes a move.
 *
 * - `update`: a change by somebody, a claim, the end of an attempt, or a deadline that fails the job.
 * - `prompt`: a prompt opens.
 * - `settle`: its last open prompt is answered, expires, or is withdrawn.
 * - `retry`: somebody sends it back.
 */
export type TransitionVerb = "update" | "prompt" | "settle" | "retry";

/**
 * THE transition table: from a status, to a status, by a verb. What is not here is forbidden,
 * in the managers and in the guards of every SQL statement alike.
 */
export const jobTransitions = {
  pending: { running: "update", pending_hitl: "prompt", failed: "update", cancelled: "update" },
  running: { pending: "update", pending_hitl: "prompt", completed: "update", failed: "update", cancelled: "update" },
  pending_hitl: { running: "settle", failed: "update", cancelled: "update" },
  completed: {},
  failed: { pending: "retry" },
  cancelled: { pending: "retry" },
} as const satisfies Record<JobStatus, Partial<Record<JobStatus, TransitionVerb>>>;

const table: Record<JobStatus, Partial<Record<JobStatus, TransitionVerb>>> = jobTransitions;

/** The statuses that end a job. */
export const finalStatuses = ["completed", "failed", "cancelled"] as const satisfies readonly JobStatus[];

export type FinalStatus = (typeof finalStatuses)[number];

export function isFinal(status: JobStatus): status is FinalStatus {
  return (finalStatuses as readonly JobStatus[]).includes(status);
}

/** The statuses of jobs that still live. */
export const activeStatuses = jobStatuses.filter((status) => !isFinal(status));

/** Where the verb may take a job that has this status. */
export function targetsOf(from: JobStatus, verb: TransitionVerb): JobStatus[] {
  return jobStatuses.filter((to) => table[from][to] === verb);
}

/** The statuses from which the verb may take a job to this one. */
export function sourcesOf(to: JobStatus, verb: TransitionVerb): JobStatus[] {
  return jobStatuses.filter((from) => table[from][to] === verb);
}
