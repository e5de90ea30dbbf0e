import type { JsonObject } from "@skill-fleet/core";
import { toJSONSchema, type z } from "zod";

/** What a prompt of a job shows, and what may be said to it. */
export interface PromptDefinition {
  /** What the person is to look at. Default: any JSON. */
  readonly data?: z.ZodType;
  /** What a response must be: an object. Default: that of the kind, if the prompt is named like one, else any object. */
  readonly response?: z.ZodType<unknown, Record<string, unknown>>;
}

/** The prompts of a job, by name: the name is the prompt's `type`. */
export type PromptDefinitions = Readonly<Record<string, PromptDefinition>>;

/** A job's type with its shapes, named once. Made by {@link defineJob}. */
export interface JobDefinition<
  Type extends string = string,
  Input extends z.ZodType = z.ZodType,
  Result extends z.ZodType = z.ZodType,
  Prompts extends PromptDefinitions = PromptDefinitions,
> {
  /** The name of the handler that the job needs. */
  readonly type: Type;
  /** What the handler works on. */
  readonly input: Input;
  /** What it leaves behind when it completes. */
  readonly result: Result;
  /** What it asks on the way, by name. */
  readonly prompts: Prompts;
  /** The JSON Schema of each prompt's response, for the server to check. */
  readonly responseSchemas: Readonly<Partial<Record<keyof Prompts & string, JsonObject>>>;
}

/**
 * Names a job's input, result and prompts once, for everyone who creates it, works on it, or answers it.
 *
 * Shapes are zod schemas. What is sent is checked against them; what comes back is typed by them,
 * not checked again. The shape of a response travels with its prompt as JSON Schema, and the
 * server holds every response against it, whoever sends it.
 *
 * @throws {Error} when a response has a shape that JSON Schema cannot express, such as a date or a transform's output
 */
export function defineJob<
  const Type extends string,
  Input extends z.ZodType,
  Result extends z.ZodType,
  const Prompts extends PromptDefinitions = Record<never, never>,
>(definition: {
  readonly type: Type;
  readonly input: Input;
  readonly result: Result;
  readonly prompts?: Prompts;
}): JobDefinition<Type, Input, Result, Prompts> {
  const { type, input, result, prompts = {} as Prompts } = definition;
  const schemas = Object.entries(prompts).flatMap(([name, { response }]) =>
    response === undefined ? [] : [[name, toJSONSchema(response, { io: "input" }) as JsonObject]],
  );
  return { type, input, result, prompts, responseSchemas: Object.fromEntries(schemas) };
}
