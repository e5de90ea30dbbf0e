import { silentLogger } from "@skill-fleet/core";
import { expect, test } from "vitest";
import { describeSchedule, isCronExpression, schedule } from "./schedule.ts";

test("a task runs when its time comes, and not after it was stopped", async () => {
  let runs = 0;
  const ran = new Promise<void>((resolve) => {
    stop = schedule(
      "* * * * * *",
      () => {
        runs += 1;
        resolve();
      },
      silentLogger,
    );
  });
  await ran;
  await stop?.();
  const runsWhenStopped = runs;
  const other = new Promise<void>((resolve) => {
    stopOther = schedule("* * * * * *", resolve, silentLogger);
  });
  await other;
  await stopOther?.();
  expect(runs).toBe(runsWhenStopped);
});

let stop: (() => Promise<void>) | undefined;
let stopOther: (() => Promise<void>) | undefined;

test.each([
  ["*/5 * * * *", true],
  ["*/5 * * * * *", true],
  ["", false],
  ["61 * * * *", false],
  ["every day", false],
])("%j is a cron expression: %s", (text, is) => {
  expect(isCronExpression(text)).toBe(is);
});

test.each([
  ["*/5 * * * *", "runs every 5 minutes"],
  ["*/10 * * * *", "runs every 10 minutes"],
  ["* * * * * *", 'runs at "* * * * * *"'],
])("on the schedule %s %s", (expression, words) => {
  expect(describeSchedule(expression)).toBe(words);
});
