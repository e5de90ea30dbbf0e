import { type InputProblem, invalidInput } from "@skill-fleet/core";
import type { FastifyRequest } from "fastify";
import type { InputField } from "./input-fields.ts";
import { readShape } from "./read-shape.ts";
import type { JsonSchema } from "./wire-schema.ts";

/**
 * Collects the input of a procedure from the parts of a request. Values are read as what their
 * schema says where the text allows it; whether they fit is for the procedure to decide.
 *
 * @throws {FleetError} `INVALID_INPUT` for a field that the route does not know, or a body that is no object
 */
export function readInput(fields: readonly InputField[], request: FastifyRequest): Record<string, unknown> {
  const whole = fields.find(({ place }) => place === "whole body");
  const input: Record<string, unknown> = whole === undefined ? {} : { [whole.name]: request.body };
  for (const { name, wire, place, schema } of fields) {
    const value = place === "header" ? readHeader(wire, request.headers[wire.toLowerCase()], schema) : undefined;
    if (value !== undefined) input[name] = value;
  }
  take(input, fields, "path", request.params);
  take(input, fields, "query", request.query);
  if (whole === undefined) take(input, fields, "body", request.body ?? {});
  return input;
}

function take(input: Record<string, unknown>, fields: readonly InputField[], place: InputField["place"], part: unknown): void {
  if (typeof part !== "object" || part === null || Array.isArray(part)) {
    throw invalidInput([{ path: [], message: `the ${place} must be a JSON object` }]);
  }
  const problems: InputProblem[] = [];
  for (const [wire, value] of Object.entries(part)) {
    const field = fields.find((candidate) => candidate.place === place && candidate.wire === wire);
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
  if (schema.type === "integer" && typeof text === "string" && /^\d{1,15}$/.test(text)) return Number(text);
  return text;
}
