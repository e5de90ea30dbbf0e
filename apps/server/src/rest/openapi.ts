import { STATUS_CODES } from "node:http";
import type { ErrorCode } from "@skill-fleet/core";
import { errorTable } from "../error-table.ts";
import { type InputField, inputFields } from "./input-fields.ts";
import { problem, problemMediaType } from "./problem.ts";
import type { RestRoute } from "./rest-route.ts";
import { type JsonSchema, toJsonSchema, wireName } from "./wire-schema.ts";

type Schemas = Record<string, JsonSchema>;

/** Errors that any route may have. */
const commonErrors = ["INVALID_INPUT", "STORE_UNAVAILABLE", "INTERNAL"] as const satisfies readonly ErrorCode[];

const ifNoneMatch = {
  name: "If-None-Match",
  in: "header",
  required: false,
  description:
    "The `ETag` of the copy that the caller has: if it is still current, the reply is 304 without a body. No older copy comes in its place.",
  schema: { type: "string" },
};
const notModified = { description: "The caller's copy is current" };

/** The OpenAPI 3.1 document of the table, made from the schemas that the procedures check. */
export function openApiDocument(table: readonly RestRoute[]) {
  const schemas: Schemas = {};
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of table) {
    paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: operation(route, schemas) };
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "Skill Fleet",
      version: "2",
      description: "Durable jobs with a person in the loop.",
      license: { name: "MIT", identifier: "MIT" },
    },
    paths,
    components: { schemas },
  };
}

function operation(route: RestRoute, schemas: Schemas) {
  const fields = inputFields(route);
  const parameters = [
    ...fields.filter(({ place }) => place !== "body" && place !== "whole body").map(describeParameter),
    ...(route.conditional ? [ifNoneMatch] : []),
  ];
  const body = describeBody(fields);
  const success =
    route.status === 204
      ? { description: "Done" }
      : content(STATUS_CODES[route.status] ?? "", reference(toJsonSchema(route.output, "output"), schemas));
  return {
    summary: route.summary,
    operationId: operationId(route),
    tags: [tagOf(route)],
    ...(parameters.length > 0 && { parameters }),
    ...body,
    responses: {
      [route.status]: success,
      ...(route.repeatedStatus !== undefined && { [route.repeatedStatus]: { ...success, description: "A repetition: as the first time" } }),
      ...(route.conditional && { 304: notModified }),
      ...problems([...route.errors, ...commonErrors], schemas),
      ...wireProblems("requestBody" in body ? [400, 413, 415] : [400], schemas),
    },
  };
}

/** The noun that the path is about. */
function tagOf({ path }: RestRoute): string {
  return path.split("/")[3] ?? "system";
}

/** For example `post_jobs_job_id_cancel`. */
function operationId({ method, path }: RestRoute): string {
  return `${method.toLowerCase()}${path.replace("/api/v2", "").replace(/[{}]/g, "").replace(/\//g, "_")}`;
}

function describeParameter({ wire, place, schema, required }: InputField) {
  const { description, ...rest } = toWire(schema);
  const list = rest.type === "array" && { style: "form", explode: false };
  return { name: wire, in: place, required: place === "path" || required, ...(description && { description }), ...list, schema: rest };
}

function describeBody(fields: readonly InputField[]) {
  const whole = fields.find(({ place }) => place === "whole body");
  if (whole !== undefined) return { requestBody: { required: true, content: { "application/json": { schema: toWire(whole.schema) } } } };
  const parts = fields.filter(({ place }) => place === "body");
  if (parts.length === 0) return {};
  const required = parts.filter((part) => part.required).map(({ wire }) => wire);
  const schema = {
    type: "object",
    properties: Object.fromEntries(parts.map((part) => [part.wire, toWire(part.schema)])),
    ...(required.length > 0 && { required }),
    additionalProperties: false,
  };
  return { requestBody: { required: required.length > 0, content: { "application/json": { schema } } } };
}

/** A reply for each status; the codes that share it are listed in its description. */
function problems(codes: readonly ErrorCode[], schemas: Schemas) {
  const replies: Record<number, unknown> = {};
  for (const { http } of codes.map((code) => errorTable[code])) {
    replies[http] = problemReply(
      codes.filter((code) => errorTable[code].http === http),
      schemas,
    );
  }
  return replies;
}

/** What can be wrong with a request before it reaches a procedure, by the status of the reply. */
const wireErrors = { 400: "MALFORMED_REQUEST", 413: "BODY_TOO_LARGE", 415: "UNSUPPORTED_MEDIA_TYPE" } as const;

function wireProblems(statuses: readonly (keyof typeof wireErrors)[], schemas: Schemas) {
  return Object.fromEntries(statuses.map((status) => [status, problemReply([wireErrors[status]], schemas)]));
}

function problemReply(codes: readonly string[], schemas: Schemas) {
  const schema = reference(toJsonSchema(problem, "output"), schemas);
  return { description: codes.map((code) => `\`${code}\``).join(", "), content: { [problemMediaType]: { schema } } };
}

function content(description: string, schema: JsonSchema) {
  return { description, content: { "application/json": { schema } } };
}

/** Moves a named schema, and those that it names, to the components; returns what refers to it. */
function reference(schema: JsonSchema, schemas: Schemas): JsonSchema {
  const { id, $defs = {}, $schema: _, ...rest } = schema;
  for (const [name, definition] of Object.entries($defs)) schemas[name] = toWire(definition);
  if (typeof id !== "string") return toWire(rest);
  schemas[id] = toWire(rest);
  return { $ref: `#/components/schemas/${id}` };
}

/** The schema with the names of the wire, and without the words that are ours alone. */
function toWire(schema: JsonSchema): JsonSchema {
  const { wire: _, id: __, ownKeys: ___, $ref, properties, items, anyOf, required, ...rest } = schema;
  return {
    ...rest,
    ...($ref && { $ref: $ref.replace("#/$defs/", "#/components/schemas/") }),
    ...(properties && {
      properties: Object.fromEntries(Object.entries(properties).map(([name, field]) => [wireName(name, field), toWire(field)])),
    }),
    ...(items && { items: toWire(items) }),
    ...(anyOf && { anyOf: anyOf.map(toWire) }),
    ...(required && { required: required.map((name) => wireName(name, properties?.[name] ?? {})) }),
  };
}
