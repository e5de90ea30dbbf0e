import { createHash } from "node:crypto";
import { stringify } from "safe-stable-stringify";
import { processActor } from "../actor.ts";
import { type InputProblem, invalidInput } from "../errors.ts";
import { newId, normalizeId } from "../ids.ts";
import { assertStorable, copyJson } from "../json.ts";
import { checkNames, nameProblems, textLimit } from "../text-limit.ts";
import type { NewJob } from "./job.ts";
import type { CreateOptions } from "./job-options.ts";
import type { JobInsert, Place } from "./job-repository.ts";
import { isFinal, type JobStatus } from "./job-status.ts";
import { priorities } from "./priority.ts";

/** What `POST /jobs` without a body creates. */
const defaultJobType = "skill_creation";

/** How many attempts a job may have, from 1 on. */
export const attemptLimit = { default: 5, max: 1_000 } as const;

/** The longest time limit, and the longest life of an idempotency key: ten years. */
export const maxTimeoutMs = 10 * 365 * 24 * 60 * 60 * 1_000;

/**
 * Checks what the caller gave and fills in the defaults.
 *
 * @throws {FleetError} `INVALID_INPUT`
 */
export function prepareJob(job: NewJob, options: CreateOptions): JobInsert {
  const { idempotencyKey, idempotencyScope = "", idempotencyTtlMs = null, actor = processActor } = options;
  const { type, userId, taskDescription, input, userContext, metadata, tags } = job;
  assertStorable({ type, userId, taskDescription, input, userContext, metadata, tags, idempotencyKey, idempotencyScope });
  checkNames({ type, userId: userId ?? undefined, idempotencyKey, idempotencyScope: idempotencyScope || undefined });
  checkTags(tags);
  checkNumbers(job, options);
  const id = job.id === undefined ? newId() : normalizeId(job.id);
  if (id === undefined) throw invalidInput([{ path: ["id"], message: "is not a UUID" }]);
  const { runAt, priority, maxAttempts, attemptTimeoutMs, timeoutMs } = job;
  // Copies: the job stays in memory, and the caller goes on working with its own values.
  const insert = {
    id,
    type: type ?? defaultJobType,
    userId: userId ?? null,
    taskDescription: taskDescription ?? "",
    input: copyJson(input ?? null),
    userContext: copyJson(userContext ?? {}),
    metadata: copyJson(metadata ?? {}),
    tags: copyJson(tags ?? []),
    priority: priority ?? priorities.default,
    runAt: runAt ?? null,
    maxAttempts: maxAttempts ?? attemptLimit.default,
    attemptTimeoutMs: attemptTimeoutMs ?? null,
    timeoutMs: timeoutMs ?? null,
    actor,
    idempotencyKey: idempotencyKey ?? null,
    idempotencyScope,
    idempotencyTtlMs,
  };
  const isRepeatable = job.id !== undefined || idempotencyKey !== undefined;
  return { ...insert, requestHash: isRepeatable ? requestHash(insert, job) : null };
}

/** What tells a repeated request from another one: only what was said, so that a default of a later release makes no difference. */
function requestHash(
  { id, type, userId, taskDescription, input, userContext, metadata, tags }: Omit<JobInsert, "requestHash">,
  { id: givenId, priority, runAt, maxAttempts, attemptTimeoutMs, timeoutMs }: NewJob,
): string {
  const content = { type, userId, taskDescription, input, userContext, metadata, tags };
  return hash({ ...content, id: givenId && id, priority, runAt, maxAttempts, attemptTimeoutMs, timeoutMs });
}

/** Where a job stands once somebody has moved it to a status by hand. */
export function placeAfter(status: JobStatus): Place {
  if (status === "pending") return { in: "queue" };
  return { in: "nowhere", byHand: !isFinal(status) };
}

function checkTags(tags: readonly string[] = []): void {
  const problems = tags.flatMap((tag, index) => nameProblems(["tags", index], tag, textLimit.tag));
  if (problems.length > 0) throw invalidInput(problems);
}

function checkNumbers(job: NewJob, { idempotencyKey, idempotencyScope, idempotencyTtlMs }: CreateOptions): void {
  const problems: InputProblem[] = [];
  const check = (name: string, value: number | undefined, from: number, to: number) => {
    if (value === undefined || (Number.isSafeInteger(value) && value >= from && value <= to)) return;
    problems.push({ path: [name], message: `must be a whole number from ${from} to ${to}` });
  };
  check("priority", job.priority, priorities.min, priorities.max);
  check("maxAttempts", job.maxAttempts, 1, attemptLimit.max);
  check("attemptTimeoutMs", job.attemptTimeoutMs, 1, maxTimeoutMs);
  check("timeoutMs", job.timeoutMs, 1, maxTimeoutMs);
  check("idempotencyTtlMs", idempotencyTtlMs, 1, maxTimeoutMs);
  if (Number.isNaN(job.runAt?.getTime())) problems.push({ path: ["runAt"], message: "is not a date" });
  if (idempotencyKey === undefined && (idempotencyScope !== undefined || idempotencyTtlMs !== undefined)) {
    problems.push({ path: ["idempotencyKey"], message: "is missing: a scope or a time goes with a key only" });
  }
  if (problems.length > 0) throw invalidInput(problems);
}

/** A hash that is the same for the same JSON, whatever the order of its keys. */
function hash(value: object): string {
  return createHash("sha256")
    .update(stringify(value) as string)
    .digest("hex");
}
