import type { InputProblem } from "@skill-fleet/core";
import { wirePath } from "./read-shape.ts";
import type { RestRoute } from "./rest-route.ts";
import { type JsonSchema, toJsonSchema, wireName } from "./wire-schema.ts";

/** Fields that always travel in a header, on every route that has them. */
const fieldHeaders: Record<string, string> = {
  ifVersion: "If-Match",
  ifDigest: "If-Match",
  minVersion: "X-Min-Version",
  idempotencyKey: "Idempotency-Key",
};

/** A field of a route's input, and where a request has it. */
export interface InputField {
  /** What the procedure calls it. */
  readonly name: string;
  /** What the request calls it. */
  readonly wire: string;
  readonly place: "path" | "query" | "header" | "body" | "whole body";
  readonly schema: JsonSchema;
  readonly required: boolean;
}

/** Where a request to this route has each field of the input. */
export function inputFields(route: RestRoute): InputField[] {
  if (route.input === undefined) return [];
  const { properties = {}, required = [] } = toJsonSchema(route.input, "input");
  return Object.entries(properties).map(([name, schema]) => {
    const wire = fieldHeaders[name] ?? wireName(name, schema);
    return { name, wire, place: placeOf(route, name, wire), schema, required: required.includes(name) };
  });
}

/** Where a problem of the input is in the request. What is wrong with the body as a whole has no name there. */
export function pathInRequest(fields: readonly InputField[], [first, ...rest]: InputProblem["path"]): InputProblem["path"] {
  if (typeof first !== "string") return first === undefined ? [] : [first, ...rest];
  const field = fields.find(({ name }) => name === first);
  if (field === undefined) return [wireName(first, {}), ...rest];
  const inside = wirePath(field.schema, rest);
  return field.place === "whole body" ? inside : [field.wire, ...inside];
}

function placeOf(route: RestRoute, name: string, wire: string): InputField["place"] {
  if (name in fieldHeaders) return "header";
  if (name === route.bodyField) return "whole body";
  if (route.path.includes(`{${wire}}`)) return "path";
  return route.bodyField !== undefined || route.method === "GET" || route.method === "DELETE" ? "query" : "body";
}
