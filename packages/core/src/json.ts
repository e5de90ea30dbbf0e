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

/** A copy that shares nothing with the value. An order of magnitude faster than `structuredClone`, which knows more than JSON. */
export function copyJson<Value>(value: Value): Value;
export function copyJson(value: unknown): unknown {
  if (value === null || typeof value !== "object") return value;
  if (Array.isArray(value)) return value.map((item) => copyJson(item));
  const copy: Record<string, unknown> = {};
  for (const key of Object.keys(value)) {
    const item = copyJson((value as Record<string, unknown>)[key]);
    // To assign to this one name would set the prototype.
    if (key === "__proto__") Object.defineProperty(copy, key, { value: item, enumerable: true, writable: true, configurable: true });
    else copy[key] = item;
  }
  return copy;
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
  for (const name of Object.keys(fields)) {
    if (fields[name] !== undefined) findProblems(fields[name], [name], problems);
  }
  if (problems.length > 0) throw invalidInput(problems, jobId);
}

/** What {@link assertStorable} finds wrong with one value, which stands at `path`: one path for the whole walk, as long as it is deep. */
function findProblems(value: unknown, path: (string | number)[], problems: InputProblem[]): void {
  if (value === null || typeof value === "boolean") return;
  if (typeof value === "object" && isPlain(value)) {
    if (path.length > maxJsonDepth) {
      problems.push({ path: [...path], message: `is nested deeper than ${maxJsonDepth} levels` });
      return;
    }
    for (const [key, item] of Array.isArray(value) ? value.entries() : Object.entries(value)) {
      const problem = typeof key === "string" ? textProblem(key) : undefined;
      if (problem !== undefined) problems.push({ path: [...path], message: `has a key that ${problem}` });
      path.push(key);
      findProblems(item, path, problems);
      path.pop();
    }
    return;
  }
  const message = scalarProblem(value);
  if (message !== undefined) problems.push({ path: [...path], message });
}

function scalarProblem(value: unknown): string | undefined {
  if (typeof value === "string") return textProblem(value);
  if (typeof value !== "number") return "is not a JSON value";
  return Number.isFinite(value) ? undefined : "is a number that JSON cannot carry";
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
