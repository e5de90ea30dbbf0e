import { expect, test } from "vitest";
import { readOptions } from "./options.ts";

test("a seed and a time can be given, and neither must be", () => {
  expect(readOptions(["--minutes", "0.5", "--seed", "17"])).toEqual({ minutes: 0.5, seed: 17 });
  expect(readOptions([])).toEqual({ minutes: 10, seed: expect.any(Number) });
  expect(readOptions(["--help"])).toBeUndefined();
});

test.each([["--minutes", "0"], ["--minutes", "soon"], ["--seed", "-1"], ["--seed", "1.5"], ["--sed", "1"], ["more"]])(
  "%s %s is refused",
  (...args) => {
    expect(() => readOptions(args.filter((arg) => arg !== undefined))).toThrow();
  },
);
