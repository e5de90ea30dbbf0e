import { expect, test } from "vitest";
import { FleetError, invalidInput, maxProblems } from "./errors.ts";

test("an error has its code, its job and its cause, and no cause when there is none", () => {
  const cause = new Error("below");
  expect(new FleetError("JOB_ACTIVE", "m", { jobId: "j", cause, details: { a: 1 } })).toMatchObject({
    code: "JOB_ACTIVE",
    jobId: "j",
    cause,
    details: { a: 1 },
  });
  expect("cause" in new FleetError("INTERNAL", "m")).toBe(false);
});

test("an error of another copy of this package is one too", () => {
  const foreign = Object.assign(new Error("m"), { name: "FleetError", code: "INTERNAL" });
  expect(FleetError.is(foreign)).toBe(true);
  expect(FleetError.is(new FleetError("INTERNAL", "m"))).toBe(true);
  for (const other of [new Error("m"), { name: "FleetError", code: "INTERNAL" }, undefined, "INTERNAL"])
    expect(FleetError.is(other)).toBe(false);
});

test("a message about bad input has every problem with its path", () => {
  const error = invalidInput([
    { path: [], message: "the change is empty" },
    { path: ["input", 0, "a"], message: "is not a JSON value" },
  ]);
  expect(error.message).toBe("the change is empty; input.0.a: is not a JSON value");
  expect(error.code).toBe("INVALID_INPUT");
});

test("an input that is wrong everywhere is told of its first problems only", () => {
  const error = invalidInput(Array.from({ length: 100_000 }, (_, index) => ({ path: ["input", index], message: "is wrong" })));
  expect(error.details?.["errors"]).toHaveLength(maxProblems);
  expect(error.message.length).toBeLessThan(10_000);
});
