import { expect, test } from "vitest";
import { readRetention } from "./retention-days.ts";

const dayMs = 86_400_000;

test.each([
  ["30", { completed: 30 * dayMs, failed: 30 * dayMs, cancelled: 30 * dayMs }],
  [".5", { completed: dayMs / 2, failed: dayMs / 2, cancelled: dayMs / 2 }],
  ["completed=30,failed=90,cancelled=7", { completed: 30 * dayMs, failed: 90 * dayMs, cancelled: 7 * dayMs }],
  ["failed = 0.25, completed = 1", { failed: dayMs / 4, completed: dayMs }],
])("%j keeps jobs for so long, and those of a status that is not named for ever", (text, retention) => {
  expect(readRetention(text)).toEqual(retention);
});

test.each([
  "0",
  "-1",
  "ever",
  "1e3",
  "36501",
  "completed",
  "completed=",
  "completed=0",
  "pending=1",
  "pending_hitl=1",
  "completed=1,completed=2",
  "completed=1=2",
  "completed=1,",
  "30,failed=1",
])("%j says nothing about it", (text) => {
  expect(readRetention(text)).toBeUndefined();
});
