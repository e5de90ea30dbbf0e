import type { Json, JsonObject } from "@skill-fleet/client";
import { type Choice, type Field, type Form, textField } from "./form.ts";

/** How many references may lead to each other: a circle has no end. */
const maxReferences = 20;

/** What a schema can say and still take any object that is not empty. */
const undemanding = ["$schema", "$id", "$comment", "$defs", "title", "description", "type", "properties", "minProperties"];

/**
 * The form of a schema: a field for each of its properties, or one for the whole response where it
 * says in other ways what that must be, such as a choice between objects. Undefined when any will do.
 */
export function schemaForm(root: JsonObject): Form | undefined {
  const schema = resolve(root, root);
  const { properties, required } = schema;
  if (!isObject(properties) || Object.keys(properties).length === 0) {
    return Object.keys(schema).every((keyword) => undemanding.includes(keyword)) ? undefined : wholeForm(schema);
  }
  const needed = Array.isArray(required) ? required : [];
  return {
    fields: Object.entries(properties).map(([name, schema]) => fieldOf(name, resolve(schema, root), needed.includes(name), root)),
    respond: (values) => Object.fromEntries(values),
  };
}

function wholeForm({ description }: JsonObject): Form {
  const base = { name: "response", label: "Your answer, as a JSON object", hint: asText(description), required: true };
  return {
    fields: [{ ...base, kind: "typed", initial: "", read: readObject }],
    respond: (values) => values.get(base.name) as JsonObject,
  };
}

function fieldOf(name: string, schema: JsonObject, required: boolean, root: JsonObject): Field {
  const { title, description, default: initial } = schema;
  const base = { name, label: asText(title) ?? name, hint: asText(description), required };
  const choices = choicesOf(schema);
  if (choices !== undefined) return { ...base, kind: "select", choices, initial };
  switch (typeOf(schema)) {
    case "boolean": {
      if (required) return { ...base, kind: "confirm", initial: initial === true };
      const yesOrNo = [
        { value: true, label: "Yes" },
        { value: false, label: "No" },
      ];
      return { ...base, kind: "select", choices: yesOrNo, initial };
    }
    case "integer":
    case "number":
      return { ...base, kind: "typed", initial: typeof initial === "number" ? String(initial) : "", read: numberReader(schema) };
    case "string":
      return textField(base, { ...limitsOf(schema), ...(typeof initial === "string" && { initial }) });
    case "array": {
      const items = choicesOf(resolve(schema["items"] ?? {}, root));
      if (items !== undefined) return { ...base, kind: "multiselect", choices: items, initial: Array.isArray(initial) ? initial : [] };
    }
  }
  return {
    ...base,
    kind: "typed",
    hint: base.hint ?? "JSON",
    initial: initial === undefined ? "" : JSON.stringify(initial),
    read: readJson,
  };
}

/** The schema that a local reference leads to; what leads nowhere allows everything. */
function resolve(schema: Json | undefined, root: JsonObject): JsonObject {
  let current = schema;
  for (let steps = 0; steps < maxReferences; steps += 1) {
    if (!isObject(current)) return {};
    const { $ref } = current;
    if (typeof $ref !== "string") return current;
    if (!$ref.startsWith("#")) return {};
    const path = $ref.slice(1).split("/").slice(1);
    current = path.reduce<Json | undefined>((at, part) => (isObject(at) ? at[decodePart(part)] : undefined), root);
  }
  return {};
}

/** A segment of a JSON Pointer (RFC 6901) in a URI fragment. */
function decodePart(part: string): string {
  const text = /%(?![0-9a-f]{2})/i.test(part) ? part : decodeURIComponent(part);
  return text.replaceAll("~1", "/").replaceAll("~0", "~");
}

/** The values that a schema lists, if it lists all of them. */
function choicesOf(schema: JsonObject): Choice[] | undefined {
  if (Array.isArray(schema["enum"])) return schema["enum"].map((value) => ({ value, label: labelOf(value) }));
  if (schema["const"] !== undefined) return [{ value: schema["const"], label: labelOf(schema["const"]) }];
  const alternatives = schema["oneOf"] ?? schema["anyOf"];
  if (!Array.isArray(alternatives) || alternatives.length === 0) return undefined;
  const choices = alternatives.map((alternative) => {
    if (!isObject(alternative) || alternative["const"] === undefined) return undefined;
    const { const: value, title, description } = alternative;
    return { value, label: asText(title) ?? labelOf(value), hint: asText(description) };
  });
  return choices.every((choice) => choice !== undefined) ? choices : undefined;
}

/** The one type that a value may have beside null, if there is one. */
function typeOf({ type }: JsonObject): Json | undefined {
  const types = [type].flat().filter((each) => each !== "null");
  return types.length === 1 ? types[0] : undefined;
}

function limitsOf({ minLength, maxLength }: JsonObject) {
  return { ...(typeof minLength === "number" && { minLength }), ...(typeof maxLength === "number" && { maxLength }) };
}

function numberReader({ type, minimum, maximum }: JsonObject) {
  const whole = [type].flat().includes("integer");
  return (text: string) => {
    const value = Number(text);
    if (text.trim() === "" || !Number.isFinite(value)) return { problem: "Write a number." };
    if (whole && !Number.isInteger(value)) return { problem: "Write a whole number." };
    if (typeof minimum === "number" && value < minimum) return { problem: `It must be at least ${minimum}.` };
    if (typeof maximum === "number" && value > maximum) return { problem: `It must be at most ${maximum}.` };
    return { value };
  };
}

function readJson(text: string) {
  try {
    return { value: JSON.parse(text) as Json };
  } catch (error) {
    return { problem: `It must be JSON: ${error instanceof Error ? error.message : String(error)}` };
  }
}

function readObject(text: string) {
  const read = readJson(text);
  return "problem" in read || isObject(read.value) ? read : { problem: "It must be a JSON object." };
}

function labelOf(value: Json): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function asText(value: Json | undefined): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
