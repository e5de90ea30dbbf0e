import { processActor } from "../actor.ts";
import { newId } from "../ids.ts";
import type { ActiveJob, CompletedJob, JobRecord, PendingJob } from "../jobs/job.ts";
import type { GuardedChange, JobInsert } from "../jobs/job-repository.ts";
import { activeStatuses } from "../jobs/job-status.ts";
import type { Json } from "../json.ts";
import type { PromptInsert, Response } from "../prompts/prompt-repository.ts";

const createdAt = new Date("2026-01-01T00:00:00.000Z");

/** A pending job; name only what the test is about. */
export function buildJob(overrides: Partial<PendingJob> = {}): PendingJob {
  return {
    ...buildRecord(),
    status: "pending",
    result: null,
    error: null,
    errorStack: null,
    startedAt: null,
    completedAt: null,
    ...overrides,
  };
}

/** A running job. */
export function buildRunningJob(overrides: Partial<ActiveJob> = {}): ActiveJob {
  return { ...buildJob(), version: 2, status: "running", startedAt: createdAt, availableAt: null, ...overrides };
}

/** A job that succeeded. */
export function buildCompletedJob(overrides: Partial<CompletedJob> = {}): CompletedJob {
  return { ...buildJob(), version: 3, status: "completed", startedAt: createdAt, completedAt: createdAt, availableAt: null, ...overrides };
}

/** What a manager hands to `JobRepository.insert`. */
export function buildInsert(overrides: Partial<JobInsert> = {}): JobInsert {
  return {
    id: newId(),
    type: "report",
    userId: null,
    taskDescription: "",
    input: null,
    userContext: {},
    metadata: {},
    tags: [],
    priority: 0,
    runAt: null,
    maxAttempts: 5,
    attemptTimeoutMs: null,
    timeoutMs: null,
    actor: processActor,
    idempotencyKey: null,
    idempotencyScope: "",
    idempotencyTtlMs: null,
    requestHash: null,
    ...overrides,
  };
}

/** What a manager hands to `JobRepository.update`: allowed from every status that is not final. */
export function buildChange(change: GuardedChange["change"], overrides: Partial<GuardedChange> = {}): GuardedChange {
  return { change, allowedFrom: activeStatuses, event: { kind: "updated", data: {}, actor: processActor }, ...overrides };
}

/** What a manager hands to `PromptRepository.open`. */
export function buildPrompt(jobId: string, overrides: Partial<PromptInsert> = {}): PromptInsert {
  return {
    id: newId(),
    jobId,
    key: null,
    type: "question",
    title: null,
    body: null,
    data: null,
    responseSchema: null,
    digest: "digest",
    assignee: null,
    dueAt: null,
    expiresInMs: null,
    onExpire: "fail",
    actor: processActor,
    ...overrides,
  };
}

/** What a manager hands to `PromptRepository.respond` for a prompt that was never revised. */
export function buildResponse(prompt: PromptInsert, value: Json, overrides: Partial<Response> = {}): Response {
  return { promptId: prompt.id, jobId: prompt.jobId, revision: 1, value, idempotencyKey: null, actor: prompt.actor, ...overrides };
}

function buildRecord(): JobRecord {
  return {
    id: newId(),
    type: "report",
    userId: null,
    taskDescription: "",
    input: null,
    userContext: {},
    metadata: {},
    tags: [],
    currentPhase: null,
    progressPercent: 0,
    progressMessage: null,
    priority: 0,
    attempt: 1,
    maxAttempts: 5,
    attemptTimeoutMs: null,
    deadlineAt: null,
    availableAt: createdAt,
    run: 0,
    workerId: null,
    version: 1,
    createdAt,
    updatedAt: createdAt,
    durability: "database",
  };
}
