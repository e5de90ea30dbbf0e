import { type JsonSchema, shapeOf, wireName } from "./wire-schema.ts";

/** Turns a value of ours into its shape on the wire. */
export type Presenter = (value: unknown) => unknown;

const asIs: Presenter = (value) => value;

/**
 * Makes the presenter of a schema: it renames the fields that the schema names, at every depth,
 * and leaves the user's own JSON alone, since no schema says what is inside.
 */
export function compilePresenter(schema: JsonSchema, definitions: Record<string, JsonSchema> = schema.$defs ?? {}): Presenter {
  if (schema.$ref !== undefined) {
    const definition = definitions[schema.$ref.slice("#/$defs/".length)];
    return definition === undefined ? asIs : compilePresenter(definition, definitions);
  }
  if (schema.ownKeys) return presentKeys;
  if (schema.properties !== undefined) return presentObject(schema.properties, definitions);
  if (schema.items !== undefined) return presentArray(compilePresenter(schema.items, definitions));
  const shape = shapeOf(schema);
  return shape === schema ? asIs : compilePresenter(shape, definitions);
}

function presentObject(properties: Record<string, JsonSchema>, definitions: Record<string, JsonSchema>): Presenter {
  const fields = Object.entries(properties).map(([name, schema]) => {
    return { name, wire: wireName(name, schema), present: compilePresenter(schema, definitions) };
  });
  return (value) => {
    if (typeof value !== "object" || value === null) return value;
    const source = value as Record<string, unknown>;
    const shape: Record<string, unknown> = {};
    for (const { name, wire, present } of fields) {
      const field = source[name];
      if (field !== undefined) shape[wire] = present(field);
    }
    return shape;
  };
}

/** An object whose keys are names of ours, and whose values are the user's. */
function presentKeys(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [wireName(name, {}), field]));
}

function presentArray(present: Presenter): Presenter {
  if (present === asIs) return asIs;
  return (value) => (Array.isArray(value) ? value.map(present) : value);
}
