import {
  type Asked,
  type Heartbeat,
  jobStatuses,
  type Lease,
  type LostLease,
  maxJobsPerClaim,
  maxTimeoutMs,
  type Step,
  stepKinds,
  textLimit,
  type WorkerTerms,
} from "@skill-fleet/core";
import { z } from "zod";
import { askedPrompt, prompt } from "../hitl/prompt-schemas.ts";
import { jobType, leasedJob } from "../jobs/job-schemas.ts";
import { json, listOf } from "../json-schemas.ts";
import { boundedText, numberFrom, wholeNumber } from "../range-schemas.ts";
import { maxWaitMs } from "../request-schemas.ts";

/** What the column of a run can hold. */
const maxRun = 2 ** 31 - 1;

const workerId = boundedText(textLimit.workerId).describe("The worker's own name: no two that live have the same.");
const types = listOf(jobType).describe("The job types that it has handlers for.");
const jobId = z.string();
const run = wholeNumber(1, maxRun).describe("The run in which the worker has the job; with any other the write is refused.");
const durationMs = numberFrom(0, maxTimeoutMs);
const stepName = boundedText(textLimit.stepName);

export const workerIntroduction = z.strictObject({ workerId, types });

export const workerAddress = z.strictObject({ workerId });

export const claimRequest = z.strictObject({
  workerId,
  types,
  limit: wholeNumber(1, maxJobsPerClaim).optional().describe("At most so many. Default: 1."),
  claim: wholeNumber(0)
    .optional()
    .describe("A number of the worker's own for this claim, larger with each: leases of a claim whose reply was lost are known by it."),
  waitMs: wholeNumber(0, maxWaitMs).optional().describe("How long to wait for the first job when there is none. Default: 0."),
});

export const heartbeatRequest = z.strictObject({
  workerId,
  types,
  held: listOf(z.string()).optional().describe("The jobs that it believes to have."),
});

export const leaseAddress = z.strictObject({ jobId, run });

export const completion = z.strictObject({ jobId, run, result: json.optional().describe("Default: null.") });

export const attemptFailure = z.strictObject({
  jobId,
  run,
  error: z.string().describe("Why, in words."),
  errorStack: z.string().optional(),
  retryable: z.boolean().optional().describe("Whether another attempt may succeed. Default: true."),
  cancelled: z.boolean().optional().describe("Whether somebody wants the job to stop: it ends as `cancelled`. Default: false."),
  retryAfterMs: durationMs.optional().describe("When the next attempt may begin. Default: an exponential backoff with full jitter."),
});

export const progressReport = z.strictObject({
  jobId,
  run,
  percent: numberFrom(0, 100).optional(),
  message: z.string().nullish(),
  phase: z.string().nullish().describe("The part of the work that it is in, in words."),
});

export const stepsQuery = z.strictObject({ jobId });

export const newStep = z
  .strictObject({
    jobId,
    run,
    name: stepName.describe("Unique among those of its kind and job."),
    output: json,
    kind: z
      .enum(stepKinds)
      .default("step")
      .describe("`step` and `sleep` keep what was stored first, `checkpoint` what was stored last. Default: `step`."),
  })
  // Or the sleep would have no end.
  .refine(({ kind, output }) => kind !== "sleep" || durationMs.safeParse(output).success, {
    path: ["output"],
    message: `must be from 0 to ${maxTimeoutMs}: it is how long the sleep lasts, in milliseconds`,
  });

export const askRequest = z.strictObject({ jobId, run, prompts: listOf(askedPrompt) });

export const sleepRequest = z.strictObject({
  jobId,
  run,
  name: stepName.describe("Names the sleep within its job: asking for it again finds it."),
  ms: durationMs.describe("Counted by the database's clock from when the sleep was first asked for."),
});

export const workerTerms = z
  .strictObject({
    heartbeatIntervalMs: z.number().describe("How often a worker should beat."),
    leaseTimeoutMs: z.number().describe("A worker that was silent for longer is taken for dead, and its jobs go to others."),
  } satisfies Record<keyof WorkerTerms, z.ZodType>)
  .meta({ id: "WorkerTerms" });

export const claimedJobs = z.strictObject({ jobs: z.array(leasedJob).readonly() }).meta({ id: "ClaimedJobs" });

const lease = z.strictObject({
  jobId,
  run: z.int(),
  claim: z.int().describe("The number that the worker gave to the claim."),
} satisfies Record<keyof Lease, z.ZodType>);

const lostLease = z.strictObject({
  jobId,
  status: z.enum(jobStatuses).optional().describe("That of the job. Absent: the job is gone."),
} satisfies Record<keyof LostLease, z.ZodType>);

export const heartbeat = z
  .strictObject({
    leases: z.array(lease).readonly().describe("Every lease of the worker. One that it does not know of: release it."),
    lost: z.array(lostLease).readonly().describe("Of the jobs that it believes to have, those that it has not."),
  } satisfies Record<keyof Heartbeat, z.ZodType>)
  .meta({ id: "Heartbeat" });

const step = z.strictObject({ kind: z.enum(stepKinds), name: z.string(), output: json } satisfies Record<keyof Step, z.ZodType>);

export const storedSteps = z.strictObject({ steps: z.array(step).readonly() }).meta({ id: "StoredSteps" });

export const storedStep = z.strictObject({ output: json.describe("What is stored now.") }).meta({ id: "StoredStep" });

export const asked = z
  .strictObject({
    prompts: z.array(prompt).readonly().describe("For each question the prompt that stands for it."),
    isParked: z.boolean().describe("Whether the lease has ended: the job waits, and comes back once the last prompt is settled."),
  } satisfies Record<keyof Asked, z.ZodType>)
  .meta({ id: "Asked" });

export const slept = z
  .strictObject({ isOver: z.boolean().describe("If not, the lease has ended: the job comes back when the sleep is over.") })
  .meta({ id: "Slept" });
