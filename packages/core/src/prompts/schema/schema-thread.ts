import { parentPort } from "node:worker_threads";
import type { ErrorObject, ValidateFunction } from "ajv";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import type { InputProblem } from "../../errors.ts";
import type { SchemaQuestion, SchemaVerdict } from "./schema-check.ts";

// Runs in a thread of its own, see ResponseSchemas: schemas come from strangers, and a pattern or a
// web of references can keep a validator busy for years.

/** How many compiled schemas are kept; beyond that the one compiled first goes. */
const maxCompiled = 100;

const ajv = new Ajv2020({ strict: false, allErrors: true, logger: false });
addFormats.default(ajv);
const compiled = new Map<string, ValidateFunction>();

parentPort?.on("message", (question: SchemaQuestion) => parentPort?.postMessage(answer(question)));

function answer({ schema, response }: SchemaQuestion): SchemaVerdict {
  let validate: ValidateFunction;
  try {
    validate = compile(schema);
    if (response === undefined) return { kind: "fits" };
    if (validate(response)) return { kind: "fits" };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { kind: "bad_schema", problems: [{ path: [], message: `is not a usable JSON Schema: ${message}` }] };
  }
  return { kind: "bad_response", problems: (validate.errors ?? []).map(problemOf) };
}

function compile(text: string): ValidateFunction {
  const known = compiled.get(text);
  if (known !== undefined) return known;
  const validate = compileAlone(JSON.parse(text));
  compiled.set(text, validate);
  for (const oldest of compiled.keys()) {
    if (compiled.size > maxCompiled) compiled.delete(oldest);
    break;
  }
  return validate;
}

/** Two prompts may have schemas of one `$id`: none of them may stay registered. */
function compileAlone(schema: object): ValidateFunction {
  try {
    return ajv.compile(schema);
  } finally {
    ajv.removeSchema(schema);
  }
}

function problemOf({ instancePath, keyword, params, message = "is not valid" }: ErrorObject): InputProblem {
  const path = instancePath.split("/").slice(1).map(decodeSegment);
  if (keyword === "required") return { path: [...path, params["missingProperty"]], message: "is required" };
  if (keyword === "additionalProperties" || keyword === "unevaluatedProperties") {
    return { path: [...path, params["additionalProperty"] ?? params["unevaluatedProperty"]], message: "is not a known field" };
  }
  if (keyword === "enum")
    return { path, message: `must be one of: ${params["allowedValues"].map((value: unknown) => JSON.stringify(value)).join(", ")}` };
  if (keyword === "const") return { path, message: `must be ${JSON.stringify(params["allowedValue"])}` };
  return { path, message };
}

/** A segment of a JSON Pointer (RFC 6901); digits are an index. */
function decodeSegment(segment: string): string | number {
  const text = segment.replaceAll("~1", "/").replaceAll("~0", "~");
  return /^\d+$/.test(text) ? Number(text) : text;
}
