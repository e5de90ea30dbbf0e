import { parentPort } from "node:worker_threads";
import type { ErrorObject, ValidateFunction } from "ajv";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { type InputProblem, maxProblems } from "../../errors.ts";
import type { Json } from "../../json.ts";
import type { SchemaQuestion, SchemaReply, SchemaVerdict } from "./schema-check.ts";

// Runs in a thread of its own, see ResponseSchemas: schemas come from strangers, and a pattern or a
// web of references can keep a validator busy for years.

/** How many compiled schemas are kept; beyond that the one compiled first goes. */
const maxCompiled = 100;

/** Knows the schema of schemas, and never anybody else's. */
const reader = new Ajv2020({ strict: false, logger: false, validateFormats: false });
// Compiled now, so that it does not count as the time of the first check.
void reader.validateSchema({});

/** One of each type: a schema that takes no response at all, because it refers to itself, is refused before anybody is asked. */
const samples: readonly Json[] = [null, true, 0, "", [], {}];

const endless: InputProblem = { path: [], message: "refers to itself without end" };

const draft = "https://json-schema.org/draft/2020-12/schema";

const compiled = new Map<string, ValidateFunction>();

const say = (reply: SchemaReply) => parentPort?.postMessage(reply);

parentPort?.on("message", (question: SchemaQuestion) => say(answer(question)));
say({ kind: "ready" });

function answer({ schema, response }: SchemaQuestion): SchemaVerdict {
  let validate = compiled.get(schema);
  if (validate === undefined) {
    try {
      const read: unknown = JSON.parse(schema);
      const problems = problemsOf(read as object);
      if (problems.length > 0) return { kind: "bad_schema", problems };
      validate = compile(read as object);
      if (samples.every((sample) => isEndless(validate as ValidateFunction, sample))) return { kind: "bad_schema", problems: [endless] };
    } catch (error) {
      return { kind: "bad_schema", problems: [{ path: [], message: messageOf(error) }] };
    }
    keep(schema, validate);
  }
  try {
    if (response === undefined || validate(response)) return { kind: "fits" };
  } catch (error) {
    return { kind: "bad_response", problems: [{ path: [], message: `cannot be checked: the prompt's schema ${messageOf(error)}` }] };
  }
  return { kind: "bad_response", problems: (validate.errors ?? []).slice(0, maxProblems).map(problemOf) };
}

/** Whether a schema follows its references to itself until the stack is full. */
function isEndless(validate: ValidateFunction, value: Json): boolean {
  try {
    validate(value);
    return false;
  } catch (error) {
    if (error instanceof RangeError) return true;
    throw error;
  }
}

function messageOf(error: unknown): string {
  if (error instanceof RangeError) return endless.message;
  return error instanceof Error ? error.message : String(error);
}

/** What the schema of schemas has against it. */
function problemsOf(schema: object): InputProblem[] {
  if ("$async" in schema) return [{ path: ["$async"], message: "is not a keyword of JSON Schema" }];
  const { $schema: dialect = draft } = schema as { $schema?: unknown };
  if (dialect !== draft) return [{ path: ["$schema"], message: `must be ${draft}, the only dialect that is known` }];
  return reader.validateSchema(schema) ? [] : (reader.errors ?? []).map(problemOf);
}

/** With a compiler of its own: two schemas of one `$id` must not meet, and no reference leads out. */
function compile(schema: object): ValidateFunction {
  const alone = new Ajv2020({ meta: false, validateSchema: false, strict: false, allErrors: true, logger: false });
  addFormats.default(alone);
  return alone.compile(schema);
}

function keep(text: string, validate: ValidateFunction): void {
  compiled.set(text, validate);
  const [oldest] = compiled.keys();
  if (compiled.size > maxCompiled && oldest !== undefined) compiled.delete(oldest);
}

function problemOf({ instancePath, keyword, params, message = "is not valid" }: ErrorObject): InputProblem {
  const path = instancePath.split("/").slice(1).map(decodeSegment);
  if (keyword === "required") return { path: [...path, params["missingProperty"]], message: "is required" };
  if (keyword === "additionalProperties" || keyword === "unevaluatedProperties") {
    return { path: [...path, params["additionalProperty"] ?? params["unevaluatedProperty"]], message: "is not a known field" };
  }
  if (keyword === "enum") return { path, message: `must be one of: ${params["allowedValues"].map(asText).join(", ")}` };
  if (keyword === "const") return { path, message: `must be ${asText(params["allowedValue"])}` };
  return { path, message };
}

function asText(value: unknown): string {
  return JSON.stringify(value);
}

/** A segment of a JSON Pointer (RFC 6901); digits are an index. */
function decodeSegment(segment: string): string | number {
  const text = segment.replaceAll("~1", "/").replaceAll("~0", "~");
  return /^\d+$/.test(text) ? Number(text) : text;
}
