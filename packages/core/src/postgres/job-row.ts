import type { Job, JobEvent } from "../jobs/job.ts";
import type { JobEventRow, JobRow } from "./schema.ts";

/** The columns of which a job is made, for statements that many rows come from. Those that only the database uses are left there. */
const jobColumnNames = [
  "id",
  "type",
  "status",
  "user_id",
  "task_description",
  "input",
  "user_context",
  "metadata",
  "tags",
  "current_phase",
  "progress_percent",
  "progress_message",
  "result",
  "error",
  "error_stack",
  "priority",
  "attempt",
  "max_attempts",
  "attempt_timeout_ms",
  "deadline_at",
  "available_at",
  "run",
  "worker_id",
  "version",
  "created_at",
  "updated_at",
  "started_at",
  "completed_at",
] as const satisfies readonly (keyof JobRow)[];

/** Their names, as a statement selects them. */
export const jobColumns = jobColumnNames.join(", ");

/** As {@link jobColumns}, where other tables have columns of these names, too. */
export const columnsOfJobs = jobColumnNames.map((name) => `jobs.${name}`).join(", ");

/** What a job is made of. */
export type JobColumns = Pick<JobRow, (typeof jobColumnNames)[number]>;

/** The job that a row holds. The status decides which member of the union it is; the writes keep the rest in step. */
export function jobFromRow(row: JobColumns): Job {
  return {
    id: row.id,
    type: row.type,
    status: row.status,
    userId: row.user_id,
    taskDescription: row.task_description,
    input: row.input,
    userContext: row.user_context,
    metadata: row.metadata,
    tags: row.tags,
    currentPhase: row.current_phase,
    progressPercent: row.progress_percent,
    progressMessage: row.progress_message,
    result: row.result,
    error: row.error,
    errorStack: row.error_stack,
    priority: row.priority,
    attempt: row.attempt,
    maxAttempts: row.max_attempts,
    attemptTimeoutMs: row.attempt_timeout_ms,
    deadlineAt: row.deadline_at,
    availableAt: row.available_at,
    run: row.run,
    workerId: row.worker_id,
    version: row.version,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    startedAt: row.started_at,
    completedAt: row.completed_at,
    durability: "database",
  } as Job;
}

export function eventFromRow(row: JobEventRow): JobEvent {
  const { job_id: jobId, version, kind, data, actor, via, at } = row;
  return { jobId, version, kind, data, actor, via, at };
}
