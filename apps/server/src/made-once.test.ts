import { expect, test } from "vitest";
import { madeOnce } from "./made-once.ts";

test("something is made of a value once, and another one that says the same is another value", () => {
  const written: object[] = [];
  const write = madeOnce((value) => {
    written.push(value);
    return JSON.stringify(value);
  });
  const [one, other] = [{ version: 1 }, { version: 1 }];
  expect([write(one), write(one), write(other)]).toEqual(['{"version":1}', '{"version":1}', '{"version":1}']);
  expect(written).toEqual([one, other]);
});
