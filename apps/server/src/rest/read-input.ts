import { type InputProblem, invalidInput } from "@skill-fleet/core";
import type { FastifyRequest } from "fastify";
import type { InputField } from "./input-fields.ts";
import { readShape } from "./read-shape.ts";
import type { JsonSchema } from "./wire-schema.ts";

/**
 * Makes what collects the input of a procedure from the parts of a request. Values are read as what their
 * schema says where the text allows it; whether they fit is for the procedure to decide.
 *
 * It throws {@link FleetError} `INVALID_INPUT` for a field that the route does not know, or a body that is no object.
 */
export function inputReader(fields: readonly InputField[]): (request: FastifyRequest) => Record<string, unknown> {
  const whole = fields.find(({ place }) => place === "whole body");
  const headers = fields.filter(({ place }) => place === "header").map((field) => ({ ...field, header: field.wire.toLowerCase() }));
  const [inPath, inQuery, inBody] = [placed(fields, "path"), placed(fields, "query"), placed(fields, "body")];
  return (request) => {
    const input: Record<string, unknown> = whole === undefined ? {} : { [whole.name]: request.body };
    for (const { name, wire, header, schema } of headers) {
      const value = readHeader(wire, request.headers[header], schema);
      if (value !== undefined) input[name] = value;
    }
    take(input, inPath, request.params);
    take(input, inQuery, request.query);
    if (whole === undefined) take(input, inBody, request.body ?? {});
    return input;
  };
}

/** The fields that travel in one part of a request, by their names there. */
interface Part {
  readonly place: InputField["place"];
  readonly fields: ReadonlyMap<string, InputField>;
}

function placed(fields: readonly InputField[], place: InputField["place"]): Part {
  return { place, fields: new Map(fields.filter((field) => field.place === place).map((field) => [field.wire, field])) };
}

function take(input: Record<string, unknown>, { place, fields }: Part, part: unknown): void {
  if (typeof part !== "object" || part === null || Array.isArray(part)) {
    throw invalidInput([{ path: [], message: `the ${place} must be a JSON object` }]);
  }
  const problems: InputProblem[] = [];
  for (const [wire, value] of Object.entries(part)) {
    const field = fields.get(wire);
    if (field === undefined) problems.push({ path: [wire], message: `is not a known field of the ${place}` });
    else input[field.name] = place === "query" ? readText(value, field.schema) : readShape(value, field.schema, [wire], problems);
  }
  if (problems.length > 0) throw invalidInput(problems);
}

/** An entity tag is a version or a digest in quotes; `*` asks for nothing that the procedure does not check anyway. */
function readHeader(wire: string, text: string | string[] | undefined, schema: JsonSchema): unknown {
  if (typeof text !== "string" || text === "*") return undefined;
  const tag = wire === "If-Match" ? text.replace(/^"(.*)"$/, "$1") : text;
  return readText(tag, schema);
}

function readText(text: unknown, schema: JsonSchema): unknown {
  if (schema.type === "array") return [text].flat().flatMap((part) => String(part).split(","));
  if (schema.type === "integer" && typeof text === "string" && /^-?\d{1,15}(\.\d+)?$/.test(text)) return Number(text);
  return text;
}
