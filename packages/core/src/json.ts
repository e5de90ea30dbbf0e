import { stringify } from "safe-stable-stringify";
import { type InputProblem, invalidInput } from "./errors.ts";

/** Any value that JSON can carry. */
export type Json = null | boolean | number | string | Json[] | JsonObject;

/** A JSON object. */
export type JsonObject = { [key: string]: Json };

/** Whether two values are the same to JSON: whatever the order of keys, and 0 is -0. */
export function isSameJson(a: Json, b: Json): boolean {
  return stringify(a) === stringify(b);
}

/** How many levels of arrays and objects a value may have. */
export const maxJsonDepth = 100;

/**
 * Refuses what JSON or PostgreSQL cannot carry faithfully, before anything is written.
 *
 * PostgreSQL has no U+0000 in text or jsonb and no lone surrogates in UTF-8; JSON has no
 * `NaN`, no infinities, no `undefined`, no dates. A value nested deeper than
 * {@link maxJsonDepth} is refused, so that no later walk can exhaust the stack.
 *
 * @param fields the caller's input by field; a field that is `undefined` is absent
 * @throws {FleetError} `INVALID_INPUT` with the path of every problem
 */
export function assertStorable(fields: Readonly<Record<string, unknown>>, jobId?: string): void {
  const problems: InputProblem[] = [];
  for (const [name, value] of Object.entries(fields)) {
    if (value !== undefined) findProblems(value, [name], problems);
  }
  if (problems.length > 0) throw invalidInput(problems, jobId);
}

/** What {@link assertStorable} finds wrong with one value, which stands at `path`. */
function findProblems(value: unknown, path: (string | number)[], problems: InputProblem[]): void {
  const report = (message: string) => problems.push({ path: [...path], message });
  if (value === null || typeof value === "boolean") return;
  if (typeof value === "string") {
    const problem = textProblem(value);
    if (problem !== undefined) report(problem);
  } else if (typeof value === "number") {
    if (!Number.isFinite(value)) report("is a number that JSON cannot carry");
  } else if (typeof value !== "object" || !isPlain(value)) {
    report("is not a JSON value");
  } else if (path.length > maxJsonDepth) {
    report(`is nested deeper than ${maxJsonDepth} levels`);
  } else if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) findProblems(item, [...path, index], problems);
  } else {
    for (const [key, item] of Object.entries(value)) {
      const problem = textProblem(key);
      if (problem !== undefined) report(`has a key that ${problem}`);
      findProblems(item, [...path, key], problems);
    }
  }
}

function textProblem(text: string): string | undefined {
  if (text.includes("\u0000")) return "contains the character U+0000, which PostgreSQL cannot store";
  if (!text.isWellFormed()) return "contains half of a surrogate pair, which is not valid Unicode";
  return undefined;
}

function isPlain(value: object): boolean {
  if (Array.isArray(value)) return true;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
