import {
  attemptLimit,
  finalStatuses,
  type Job,
  type JobEvent,
  jobEventKinds,
  jobStatuses,
  type LeasedJob,
  maxTimeoutMs,
  priorities,
  textLimit,
} from "@skill-fleet/core";
import { z } from "zod";
import { instant, json, jsonObject } from "../json-schemas.ts";
import { boundedText, numberFrom, wanted, wholeNumber } from "../range-schemas.ts";
import { cursor, idempotencyKey, limit, maxWaitMs } from "../request-schemas.ts";

const id = z.string().meta({ wire: "job_id", description: "A UUID." });
const status = z.enum(jobStatuses);
export const jobType = boundedText(textLimit.type).describe("The name of the handler that the job needs.");
const timeLimitMs = wholeNumber(1, maxTimeoutMs);
const ifVersion = wholeNumber(1).optional().describe("Refuse unless the job still has this version.");

export const newJob = z.strictObject({
  id: id.optional(),
  type: jobType.optional(),
  userId: boundedText(textLimit.userId).nullish().describe("Whose job it is: a label that grants nothing."),
  taskDescription: z.string().optional().describe("What is to be done, in words."),
  input: json.optional().describe("What the handler works on."),
  userContext: jsonObject.optional(),
  metadata: jsonObject.optional(),
  tags: z.array(boundedText(textLimit.tag)).optional().describe("Words to find the job by."),
  priority: wholeNumber(priorities.min, priorities.max)
    .optional()
    .describe(`Of the jobs that want a worker, those with a higher one are claimed first. Default: ${priorities.default}.`),
  runAt: instant.optional().describe("No worker may claim the job before this instant. Default: at once."),
  maxAttempts: wholeNumber(1, attemptLimit.max)
    .optional()
    .describe(`How many attempts the job may use before a failure is final. Default: ${attemptLimit.default}.`),
  attemptTimeoutMs: timeLimitMs.optional().describe("How long one attempt may stay with a worker; then it counts as failed."),
  timeoutMs: timeLimitMs.optional().describe("How long the job may take from creation to its end, waits included; then it fails."),
  idempotencyKey,
  idempotencyScope: boundedText(textLimit.idempotencyScope)
    .optional()
    .describe("Within what the key is unique: a tenant, a user. Default: the whole fleet."),
  idempotencyTtlMs: timeLimitMs.optional().describe("How long the key stands for the job. Default: as long as the job is there."),
  onConflict: z
    .enum(["return_existing", "reject"])
    .optional()
    .describe("What a repetition gets: the job of the first time (the default), or `IDEMPOTENCY_CONFLICT`."),
});

export const jobAddress = z.strictObject({ id });

const minVersion = wholeNumber(0).optional().describe("The highest version that the caller has seen: an older copy is not good enough.");

export const jobQuery = z.strictObject({ id, minVersion });

export const jobWait = z.strictObject({
  id,
  afterVersion: wholeNumber(0).optional().describe("The version that the caller has seen. Default: 0."),
  minVersion,
  timeoutMs: wholeNumber(0, maxWaitMs).optional().describe("How long to wait at most. Default: 25000."),
});

export const jobListQuery = z.strictObject({
  status: z.array(status).optional().describe("Any of these."),
  type: wanted.optional(),
  userId: wanted.optional(),
  tag: wanted.optional(),
  createdAfter: instant.optional().describe("Created at this instant or later."),
  createdBefore: instant.optional().describe("Created before this instant."),
  limit,
  cursor,
});

export const jobChange = z.strictObject({
  id,
  ifVersion,
  status: z
    .enum(["pending", "running", ...finalStatuses])
    .optional()
    .describe("A job becomes `pending_hitl` by opening a prompt."),
  currentPhase: z.string().nullish(),
  progressPercent: numberFrom(0, 100).optional(),
  progressMessage: z.string().nullish(),
  result: json.optional().describe("Only together with status `completed`."),
  error: z.string().optional().describe("Why: required with status `failed`, possible with `cancelled`."),
  errorStack: z.string().optional().describe("Only together with status `failed`."),
  metadata: jsonObject.optional().describe("Merged key by key; a key whose value is null is removed."),
});

export const jobCancellation = z.strictObject({ id, ifVersion, reason: z.string().optional().describe("Becomes the job's `error`.") });

export const jobRetry = z.strictObject({ id, ifVersion });

export const jobEventsQuery = z.strictObject({
  id,
  afterVersion: wholeNumber(0).optional().describe("Only events of later versions."),
  limit,
});

const jobFields = {
  id,
  type: z.string(),
  status,
  userId: z.string().nullable(),
  taskDescription: z.string(),
  input: json,
  userContext: jsonObject,
  metadata: jsonObject,
  tags: z.array(z.string()).readonly(),
  currentPhase: z.string().nullable(),
  progressPercent: z.number(),
  progressMessage: z.string().nullable(),
  result: json.describe("Null unless the job is completed."),
  error: z.string().nullable(),
  errorStack: z.string().nullable(),
  priority: z.int(),
  attempt: z.int().describe("1 for the first try, +1 with every retry."),
  maxAttempts: z.int(),
  attemptTimeoutMs: z.int().nullable(),
  deadlineAt: z.date().nullable().describe("When the job fails unless it has ended."),
  availableAt: z.date().nullable().describe("From when on a worker may claim the job. Null: it wants none now."),
  run: z.int().describe("0 before its first claim, +1 with every claim; it fences the writes of its worker."),
  workerId: z.string().nullable().describe("The worker that has the job now."),
  version: z.int().describe("1 at creation, +1 with every visible change."),
  createdAt: z.date(),
  updatedAt: z.date(),
  startedAt: z.date().nullable(),
  completedAt: z.date().nullable(),
  durability: z.enum(["database", "memory"]).describe("`memory`: the job ends with the server's process."),
  stale: z.literal(true).optional().describe("Present when the database could not be reached and this copy came from memory."),
} satisfies Record<keyof Job, z.ZodType>;

export const job = z.strictObject(jobFields).meta({ id: "Job" });

/** A job in a worker's hands: it runs, and has no outcome yet. */
export const leasedJob = z
  .strictObject({
    ...job.omit({ result: true, error: true, errorStack: true, startedAt: true, completedAt: true }).shape,
    status: z.literal("running"),
    workerId: z.string(),
  } satisfies Record<keyof LeasedJob, z.ZodType>)
  .meta({ id: "LeasedJob" });

export const createdJob = z
  .strictObject({ ...jobFields, deduplicated: z.boolean().describe("Whether the job was there already: the request is a repetition.") })
  .meta({ id: "CreatedJob" });

export const jobPage = z
  .strictObject({ jobs: z.array(job).readonly(), nextCursor: z.string().nullable().describe("Null when this is the last page.") })
  .meta({ id: "JobPage" });

const jobEvent = z
  .strictObject({
    jobId: z.string(),
    version: z.int(),
    kind: z.enum(jobEventKinds),
    data: jsonObject.meta({ type: "object", additionalProperties: true, ownKeys: true }).describe("What changed."),
    actor: z.string(),
    via: z.enum(["api", "cli", "process"]),
    at: z.date(),
  } satisfies Record<keyof JobEvent, z.ZodType>)
  .meta({ id: "JobEvent" });

export const jobHistory = z
  .strictObject({
    events: z.array(jobEvent).readonly(),
    nextAfterVersion: z.int().nullable().describe("The `after_version` of the next page. Null when this one is not full, and so the last."),
  })
  .meta({ id: "JobHistory" });

export const jobStats = z
  .strictObject({
    estimated: z
      .boolean()
      .describe(
        "Whether the numbers are estimates, from a part of the jobs: there are more than some ten thousand. Rare types may be missing.",
      ),
    total: z.int(),
    byStatus: z.strictObject(
      Object.fromEntries(jobStatuses.map((name) => [name, z.int()])) as Record<(typeof jobStatuses)[number], z.ZodInt>,
    ),
    byType: z.array(z.strictObject({ type: z.string(), total: z.int() })).readonly(),
    completionRate: z.number().nullable().describe("Completed jobs among those that ended, from 0 to 1."),
    durations: z
      .strictObject({ averageMs: z.number(), p50Ms: z.number(), p95Ms: z.number() })
      .nullable()
      .describe("How long completed jobs took from start to end."),
  })
  .meta({ id: "JobStats" });
