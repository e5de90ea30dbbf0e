import type { InputProblem } from "@skill-fleet/core";
import { fieldOf, type JsonSchema, shapeOf, wireName } from "./wire-schema.ts";

type Path = InputProblem["path"];

/**
 * Turns a value on the wire into its shape here, as the presenter does the other way round: it renames the
 * fields that the schema names, at every depth, and leaves the user's own JSON alone. Fields that an object
 * of ours does not have, those in our own spelling among them, are added to the problems.
 */
export function readShape(value: unknown, schema: JsonSchema, path: Path, problems: InputProblem[]): unknown {
  const { properties, items } = shapeOf(schema);
  if (items !== undefined && Array.isArray(value)) {
    return value.map((item, index) => readShape(item, items, [...path, index], problems));
  }
  if (properties === undefined || typeof value !== "object" || value === null || Array.isArray(value)) return value;
  const names = new Map(Object.entries(properties).map(([name, field]) => [wireName(name, field), name]));
  const shape: Record<string, unknown> = {};
  for (const [wire, item] of Object.entries(value)) {
    const name = names.get(wire);
    if (name === undefined) problems.push({ path: [...path, wire], message: "is not a known field" });
    else shape[name] = readShape(item, properties[name] as JsonSchema, [...path, wire], problems);
  }
  return shape;
}

/** Where a value that stands at this path here stood on the wire. */
export function wirePath(schema: JsonSchema, path: Path): Path {
  const [first, ...rest] = path;
  if (first === undefined) return [];
  const shape = shapeOf(schema);
  if (typeof first === "number") return shape.items === undefined ? path : [first, ...wirePath(shape.items, rest)];
  const field = fieldOf(shape, first);
  return field === undefined ? path : [wireName(first, field), ...wirePath(field, rest)];
}
