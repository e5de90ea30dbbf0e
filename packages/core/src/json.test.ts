import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { FleetError } from "./errors.ts";
import { assertStorable, copyJson, maxJsonDepth } from "./json.ts";

function problemsOf(fields: Record<string, unknown>): unknown {
  try {
    assertStorable(fields, "job");
    return [];
  } catch (error) {
    return FleetError.is(error) && error.code === "INVALID_INPUT" && error.jobId === "job" ? error.details?.["errors"] : error;
  }
}

function nest(levels: number, bottom: unknown = 1): unknown {
  let value = bottom;
  for (let level = 0; level < levels; level += 1) value = level % 2 === 0 ? [value] : { in: value };
  return value;
}

test("everything that JSON can carry is accepted, whatever its keys are", () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 5, stringUnit: "grapheme" }), (value) => {
      expect(problemsOf({ value })).toEqual([]);
    }),
  );
  expect(problemsOf({ value: JSON.parse('{"__proto__": 1, "constructor": [], "": {}}') })).toEqual([]);
  expect(problemsOf({ value: Object.assign(Object.create(null), { a: 1 }) })).toEqual([]);
});

test("a field that is undefined is absent", () => {
  expect(problemsOf({ a: undefined, b: null })).toEqual([]);
});

describe("is refused with its path:", () => {
  class Point {
    x = 1;
  }
  const cases: [string, unknown, (string | number)[], string][] = [
    ["NaN", { a: [Number.NaN] }, ["a", 0], "is a number that JSON cannot carry"],
    ["an infinity", Number.NEGATIVE_INFINITY, [], "is a number that JSON cannot carry"],
    ["undefined within", { a: undefined }, ["a"], "is not a JSON value"],
    ["a hole in an array", Object.assign([1], { length: 2 }), [1], "is not a JSON value"],
    ["a bigint", 1n, [], "is not a JSON value"],
    ["a function", { toJSON: () => 1 }, ["toJSON"], "is not a JSON value"],
    ["a symbol", [Symbol("s")], [0], "is not a JSON value"],
    ["a date", { at: new Date() }, ["at"], "is not a JSON value"],
    ["a map", new Map(), [], "is not a JSON value"],
    ["an instance of a class", new Point(), [], "is not a JSON value"],
    ["U+0000", { a: "x\0" }, ["a"], "contains the character U+0000, which PostgreSQL cannot store"],
    ["the first half of a surrogate pair", ["\ud83d"], [0], "contains half of a surrogate pair, which is not valid Unicode"],
    ["the second half of a surrogate pair", "\ude00", [], "contains half of a surrogate pair, which is not valid Unicode"],
    ["a key with U+0000", { "\0": 1 }, [], "has a key that contains the character U+0000, which PostgreSQL cannot store"],
  ];

  test.each(cases)("%s", (_name, value, path, message) => {
    expect(problemsOf({ value })).toEqual([{ path: ["value", ...path], message }]);
  });

  test("every problem of every field at once", () => {
    expect(problemsOf({ a: Number.NaN, b: ["ok", "\0", 1n] })).toMatchObject([{ path: ["a"] }, { path: ["b", 1] }, { path: ["b", 2] }]);
  });
});

test("100 levels are accepted, 101 are not", () => {
  expect(maxJsonDepth).toBe(100);
  expect(problemsOf({ value: nest(100) })).toEqual([]);
  expect(problemsOf({ value: nest(101) })).toMatchObject([{ message: "is nested deeper than 100 levels" }]);
});

test("a value that is nested a million levels deep, or within itself, is refused without exhausting the stack", () => {
  expect(problemsOf({ value: nest(1_000_000) })).toMatchObject([{ message: "is nested deeper than 100 levels" }]);
  const loop: unknown[] = [];
  loop.push(loop);
  expect(problemsOf({ loop })).toMatchObject([{ message: "is nested deeper than 100 levels" }]);
});

describe("a copy", () => {
  test("equals the value and shares nothing with it", () => {
    const value = { list: [1, { deep: null }], text: "x", yes: true };
    const copy = copyJson(value);
    expect(copy).toStrictEqual(value);
    expect(copy).not.toBe(value);
    expect(copy.list).not.toBe(value.list);
    expect(copy.list[1]).not.toBe(value.list[1]);
  });

  test("keeps a key named __proto__ as a key", () => {
    const value = JSON.parse('{"__proto__": {"admin": true}}');
    const copy = copyJson(value);
    expect(JSON.stringify(copy)).toBe(JSON.stringify(value));
    expect(copy.admin).toBeUndefined();
  });
});
