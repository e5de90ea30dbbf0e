import {
  type Action,
  actionWords,
  type InboxEntry,
  jobStatuses,
  maxExpiresInMs,
  type OnExpire,
  type Prompt,
  promptStatuses,
  type ResponseReceipt,
  textLimit,
} from "@skill-fleet/core";
import { z } from "zod";
import { instant, json, jsonObject } from "../json-schemas.ts";
import { boundedText, wanted, wholeNumber } from "../range-schemas.ts";
import { cursor, idempotencyKey, limit } from "../request-schemas.ts";

const jobId = z.string();
const promptId = z.string();
const type = boundedText(textLimit.type);
const ifDigest = z.string().optional().describe("The digest of what the person saw: refuse if the prompt shows something else by now.");

const responseSchema = jsonObject
  .refine(({ type = "object" }) => [type].flat().includes("object"), "must allow an object: a response is one")
  .describe("JSON Schema (draft 2020-12) that a response must fit.");

const onExpire: z.ZodType<OnExpire, OnExpire> = z.union([z.enum(["fail", "resume"]), z.strictObject({ response: json })], {
  error: 'must be "fail", "resume" or an object with a response',
});

/** What can be said when a prompt is opened, and changed while it is open. */
const promptTerms = {
  title: z.string().nullish(),
  body: z.string().nullish(),
  data: json.optional().describe("What the person is to look at."),
  responseSchema: responseSchema.nullish(),
  assignee: boundedText(textLimit.assignee).nullish().describe("Who should answer: a label, anybody may."),
  dueAt: instant.nullish().describe("When an answer is wanted; the inbox is sorted by it."),
  expiresInMs: wholeNumber(1, maxExpiresInMs).nullish().describe("The deadline, counted by the database's clock."),
  onExpire: onExpire.optional().describe("What the deadline does: `fail` the job (the default), `resume` it, or give it a response."),
};

const key = boundedText(textLimit.key);

export const newPrompt = z.strictObject({
  jobId,
  id: z.string().optional().meta({ wire: "prompt_id", description: "A UUID of the caller's choice, which makes it safe to ask again." }),
  type: type.describe("What kind of question it is, e.g. `confirm`; any word."),
  key: key.nullish().describe("Names the question within its job: while it is open, asking again returns it."),
  ...promptTerms,
});

/** A question of a handler. */
export const askedPrompt = z.strictObject({
  ...newPrompt.omit({ jobId: true }).shape,
  key: key.describe("Names the question within its job: asking it again finds it, and its answer."),
});

export const promptOfJob = z.strictObject({ jobId, type: type.optional().describe("Only prompts of this type count.") });

export const promptAddress = z.strictObject({ promptId });

export const promptChange = z.strictObject({ promptId, ifDigest, ...promptTerms });

export const promptWithdrawal = z.strictObject({ promptId, ifDigest, reason: z.string().optional().describe("Why, in words.") });

export const inboxQuery = z.strictObject({
  jobId: jobId.optional(),
  type: wanted.optional(),
  jobType: wanted.optional(),
  userId: wanted.optional().describe("Whose jobs."),
  assignee: wanted.optional(),
  dueBefore: instant.optional().describe("Due before this instant."),
  limit,
  cursor,
});

const response = jsonObject.describe("What the person says.");

export const promptResponse = z.strictObject({ promptId, response, idempotencyKey, ifDigest });

export const jobResponse = z.strictObject({ ...promptOfJob.shape, response, idempotencyKey, ifDigest });

const promptFields = {
  id: z.string().meta({ wire: "prompt_id" }),
  jobId,
  key: z.string().nullable(),
  round: z.int().describe("1 for the first prompt of its job under this key, +1 with each later one."),
  type: z.string(),
  title: z.string().nullable(),
  body: z.string().nullable(),
  data: json,
  responseSchema: jsonObject.nullable(),
  digest: z.string().describe("Stands for what the person is shown."),
  revision: z.int().describe("1 when opened, +1 with each revision."),
  assignee: z.string().nullable(),
  dueAt: z.date().nullable(),
  expiresAt: z.date().nullable(),
  onExpire,
  status: z.enum(promptStatuses),
  response: json.describe("Null unless the prompt is answered, or expired with a response of its own."),
  respondedBy: z.string().nullable(),
  respondedVia: z.enum(["api", "cli", "process"]).nullable(),
  respondedAt: z.date().nullable(),
  createdAt: z.date(),
  closedAt: z.date().nullable().describe("When it stopped to be open without anybody's response."),
} satisfies Record<keyof Prompt, z.ZodType>;

export const prompt = z.strictObject(promptFields).meta({ id: "Prompt" });

export const openedPrompt = z
  .strictObject({
    ...promptFields,
    deduplicated: z.boolean().describe("Whether the prompt was there already: the request is a repetition."),
  })
  .meta({ id: "OpenedPrompt" });

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
    jobVersion: z.int().describe("The version that the response made of the job: a read of it, or of a later one, shows what it did."),
  } satisfies Record<keyof ResponseReceipt, z.ZodType>)
  .meta({ id: "ResponseReceipt" });

const words = z.array(z.string()).readonly();

export const hitlConfig = z
  .strictObject({
    kinds: z
      .array(z.strictObject({ type: z.string(), description: z.string(), responseSchema: jsonObject }))
      .readonly()
      .describe("The types that bring a schema of their own; any other word is a type too."),
    actionWords: z
      .strictObject(Object.fromEntries(Object.keys(actionWords).map((action) => [action, words])) as Record<Action, typeof words>)
      .describe("What a person can decide, and the words that mean it."),
    maxSchemaBytes: z.int(),
  })
  .meta({ id: "HitlConfig" });
