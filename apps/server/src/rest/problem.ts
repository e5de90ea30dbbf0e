import { STATUS_CODES } from "node:http";
import { type ErrorCode, errorCodes, type FleetError, type InputProblem } from "@skill-fleet/core";
import { z } from "zod";
import { errorTable } from "../error-table.ts";
import { prompt } from "../hitl/prompt-schemas.ts";
import { json } from "../json-schemas.ts";
import { compilePresenter } from "./present.ts";
import { toJsonSchema } from "./wire-schema.ts";

/** What can be wrong with a request before it reaches a procedure. */
export const wireErrorCodes = [
  "MALFORMED_REQUEST",
  "ROUTE_NOT_FOUND",
  "METHOD_NOT_ALLOWED",
  "BODY_TOO_LARGE",
  "UNSUPPORTED_MEDIA_TYPE",
  "SHUTTING_DOWN",
] as const;

const facts = {
  errors: z
    .array(z.strictObject({ path: z.array(z.union([z.string(), z.number()])), message: z.string() }))
    .optional()
    .describe("What is wrong with the input, and where."),
  allowed: z.array(z.string()).optional().describe("The statuses that the job could move to instead."),
  jobStatus: z.string().optional(),
  version: z.int().optional().describe("The current version of the job."),
  run: z.int().optional().describe("The current run of the job."),
  workerId: z.string().nullable().optional().describe("The worker that has the job."),
  promptId: z.string().optional(),
  promptIds: z.array(z.string()).optional().describe("The open prompts of the job."),
  promptStatus: z.string().optional(),
  expiresAt: z.date().optional().describe("The deadline that has passed."),
  prompt: prompt.optional().describe("The prompt as it is now."),
  winner: z
    .strictObject({ response: json, respondedBy: z.string(), respondedVia: z.string(), respondedAt: z.date() })
    .optional()
    .describe("The response that won."),
};

/** An error on the wire, as RFC 9457 has it. */
export const problem = z
  .strictObject({
    type: z.string(),
    title: z.string(),
    status: z.int().describe("The HTTP status."),
    detail: z.string().describe("What happened, to which job, and what is allowed instead."),
    code: z.enum([...errorCodes, ...wireErrorCodes]).describe("For programs."),
    requestId: z.string().describe("What the log calls this request."),
    jobId: z.string().optional(),
    ...facts,
  })
  .meta({ id: "Problem" });

export type Problem = z.output<typeof problem>;

export const problemMediaType = "application/problem+json";

/** Turns a problem into its shape on the wire. */
export const presentProblem = compilePresenter(toJsonSchema(problem, "output"));

/** A problem that the wire itself found. */
export function wireProblem(code: (typeof wireErrorCodes)[number], status: number, detail: string, requestId: string): Problem {
  return { type: "about:blank", title: STATUS_CODES[status] ?? "Error", status, detail, code, requestId };
}

type Path = InputProblem["path"];

/** The problem that an error of the fleet is. `pathInRequest` says where the request had what is wrong with the input. */
export function fleetProblem(error: FleetError, requestId: string, pathInRequest: (path: Path) => Path = (path) => path): Problem {
  const status = errorTable[error.code as ErrorCode].http;
  const { errors, ...details } = (error.details ?? {}) as z.output<z.ZodObject<typeof facts>>;
  const onWire = errors?.map(({ path, message }) => ({ path: [...pathInRequest(path)], message }));
  const detail = onWire?.map(({ path, message }) => (path.length === 0 ? message : `${path.join(".")}: ${message}`)).join("; ");
  return {
    type: "about:blank",
    title: STATUS_CODES[status] ?? "Error",
    status,
    detail: detail ?? error.message,
    code: error.code,
    requestId,
    jobId: error.jobId,
    ...details,
    errors: onWire,
  };
}
