import { expect, test } from "vitest";
import { datesAsText } from "./output-dates.ts";

const at = new Date("2026-01-02T03:04:05.678Z");
const text = "2026-01-02T03:04:05.678Z";

test("dates become text, at any depth, and are found again by their paths", () => {
  const output = { jobs: [{ id: "a", createdAt: at }, { id: "b" }], next: null };
  expect(datesAsText(output)).toEqual({
    json: { jobs: [{ id: "a", createdAt: text }, { id: "b" }], next: null },
    dates: [["jobs", 0, "createdAt"]],
  });
  expect(datesAsText(at)).toEqual({ json: text, dates: [[]] });
  expect(output.jobs[0]?.createdAt).toBe(at);
});

test("what has no date is written as it is", () => {
  for (const output of [undefined, null, "2026-01-02", [1, { a: null }]]) expect(datesAsText(output)).toEqual({ json: output });
});

test("a user's own JSON passes through beside a date, whatever its keys are called", () => {
  const input = JSON.parse('{"__proto__":{"a":1},"constructor":{"prototype":[]},"toJSON":"x"}');
  const { json } = datesAsText({ at, input });
  expect(JSON.stringify(json)).toBe(`{"at":"${text}","input":${JSON.stringify(input)}}`);
});

test("a job that is asked for again is not looked through again", () => {
  const job = { createdAt: at };
  expect(datesAsText(job)).toBe(datesAsText(job));
  expect(datesAsText({ ...job })).toEqual(datesAsText(job));
});
