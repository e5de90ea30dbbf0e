import { z } from "zod";

/** The part of JSON Schema that zod writes and the REST layer reads. */
export interface JsonSchema {
  type?: string;
  properties?: Record<string, JsonSchema>;
  items?: JsonSchema;
  anyOf?: JsonSchema[];
  $ref?: string;
  $defs?: Record<string, JsonSchema>;
  required?: string[];
  description?: string;
  /** Its own name on the wire, where that is not the snake_case of its name here. */
  wire?: string;
  /** Whether the keys of this otherwise unknown object are names of ours. */
  ownKeys?: boolean;
  [keyword: string]: unknown;
}

/** The JSON Schema of a zod schema. Instants are text on the wire; the user's own JSON is anything. */
export function toJsonSchema(schema: z.ZodType, io: "input" | "output"): JsonSchema {
  return z.toJSONSchema(schema, {
    io,
    unrepresentable: "any",
    override: ({ zodSchema, jsonSchema }) => {
      if (zodSchema._zod.def.type === "date") Object.assign(jsonSchema, { type: "string", format: "date-time" });
    },
  }) as JsonSchema;
}

/** The name on the wire of a field that is called `name` here. */
export function wireName(name: string, schema: JsonSchema): string {
  return schema.wire ?? name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** What a schema says of a value that is not null. */
export function shapeOf(schema: JsonSchema): JsonSchema {
  return schema.anyOf?.find(({ type }) => type !== "null") ?? schema;
}

/** The field that a schema names so, unless it is one that every object inherits. */
export function fieldOf({ properties = {} }: JsonSchema, name: string): JsonSchema | undefined {
  return Object.hasOwn(properties, name) ? properties[name] : undefined;
}
