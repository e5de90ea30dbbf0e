import { type InboxEntry, jobStatuses, type Prompt, promptStatuses, type ResponseReceipt, textLimit } from "@skill-fleet/core";
import { z } from "zod";
import { cursor, idempotencyKey, limit } from "../jobs/job-schemas.ts";
import { json, jsonObject } from "../json-schemas.ts";

const jobId = z.string();
const promptId = z.string();

export const newPrompt = z.strictObject({
  jobId,
  type: z.string().min(1).max(textLimit.type).describe("What kind of question it is, e.g. `confirm`; any word."),
  title: z.string().nullish(),
  body: z.string().nullish(),
  data: json.optional().describe("What the person is to look at."),
});

export const promptOfJob = z.strictObject({ jobId });

export const promptAddress = z.strictObject({ promptId });

export const inboxQuery = z.strictObject({
  type: z.string().optional(),
  jobType: z.string().optional(),
  userId: z.string().optional(),
  limit,
  cursor,
});

const response = jsonObject.describe("What the person says.");

export const promptResponse = z.strictObject({ promptId, response, idempotencyKey });

export const jobResponse = z.strictObject({ jobId, response, idempotencyKey });

const promptFields = {
  id: z.string().meta({ wire: "prompt_id" }),
  jobId,
  type: z.string(),
  title: z.string().nullable(),
  body: z.string().nullable(),
  data: json,
  status: z.enum(promptStatuses),
  response: json.describe("Null unless the prompt is answered."),
  respondedBy: z.string().nullable(),
  respondedVia: z.enum(["api", "cli", "process"]).nullable(),
  respondedAt: z.date().nullable(),
  createdAt: z.date(),
} satisfies Record<keyof Prompt, z.ZodType>;

export const prompt = z.strictObject(promptFields).meta({ id: "Prompt" });

const inboxEntry = z
  .strictObject({ ...promptFields, jobType: z.string(), userId: z.string().nullable(), taskDescription: z.string() } satisfies Record<
    keyof InboxEntry,
    z.ZodType
  >)
  .meta({ id: "InboxEntry" });

export const inboxPage = z
  .strictObject({ prompts: z.array(inboxEntry).readonly(), nextCursor: z.string().nullable().describe("Null when this is the last page.") })
  .meta({ id: "InboxPage" });

export const receipt = z
  .strictObject({
    status: z.literal("accepted"),
    promptId,
    jobId,
    jobStatus: z.enum(jobStatuses).describe("What the response made of the job."),
  } satisfies Record<keyof ResponseReceipt, z.ZodType>)
  .meta({ id: "ResponseReceipt" });
