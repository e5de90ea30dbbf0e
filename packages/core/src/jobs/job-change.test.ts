import { describe, expect, test } from "vitest";
import type { Json } from "../json.ts";
import type { JobChange } from "./job.ts";
import { checkChange, definedFields } from "./job-change.ts";

const jobId = "0190b7a4-0000-7000-8000-000000000000";

describe("a change is refused", () => {
  const cases: [string, JobChange, string][] = [
    ["when it is empty", {}, "the change is empty"],
    ["when all of its fields are undefined", { status: undefined, result: undefined }, "the change is empty"],
    ["with a progress below 0", { progressPercent: -0.001 }, "progressPercent: must be from 0 to 100"],
    ["with a progress above 100", { progressPercent: 100.001 }, "progressPercent: must be from 0 to 100"],
    ["with a progress that is no number", { progressPercent: Number.NaN }, "progressPercent: is a number that JSON cannot carry"],
    ["with a result and no status", { result: 1 }, "result: goes with status completed only"],
    ["with a result and another status", { status: "running", result: null }, "result: goes with status completed only"],
    ["when it fails a job without an error", { status: "failed" }, "error: must say why the job failed"],
    ["with an error and no status", { error: "x" }, "error: goes with status failed or cancelled only"],
    ["with an error and success", { status: "completed", error: "x" }, "error: goes with status failed or cancelled only"],
    ["with an error stack and no failure", { status: "cancelled", errorStack: "x" }, "errorStack: goes with status failed only"],
    ["with a text that cannot be stored", { currentPhase: "\0" }, "currentPhase: contains the character U+0000"],
    ["with metadata that cannot be stored", { metadata: { a: (() => 1) as unknown as Json } }, "metadata.a: is not a JSON value"],
  ];

  test.each(cases)("%s", (_name, change, message) => {
    expect(() => checkChange(change, jobId)).toThrowError(
      expect.objectContaining({ code: "INVALID_INPUT", jobId, message: expect.stringContaining(message) }),
    );
  });
});

describe("a change is accepted", () => {
  const cases: [string, JobChange][] = [
    ["with a progress of 0", { progressPercent: 0 }],
    ["with a progress of 100", { progressPercent: 100 }],
    ["that only empties a text", { currentPhase: null }],
    ["with empty metadata", { metadata: {} }],
    ["with a result of null and success", { status: "completed", result: null }],
    ["with an error, a stack and failure", { status: "failed", error: "x", errorStack: "y" }],
    ["with an error and cancellation", { status: "cancelled", error: "x" }],
    ["with cancellation alone", { status: "cancelled" }],
  ];

  test.each(cases)("%s", (_name, change) => {
    expect(() => checkChange(change, jobId)).not.toThrow();
  });
});

test("fields that are undefined are left out, fields that are null are not", () => {
  expect(definedFields({ a: undefined, b: null, c: 0, d: "" })).toEqual({ b: null, c: 0, d: "" });
  expect(Object.keys(definedFields({ a: undefined }))).toEqual([]);
});
