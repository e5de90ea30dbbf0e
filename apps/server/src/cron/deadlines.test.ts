import type { Logger } from "@skill-fleet/core";
import { expect, test } from "vitest";
import { deadlineTask } from "./deadlines.ts";

test("the deadline task never throws, and of failures in a row it reports the first", async () => {
  const errors: string[] = [];
  const log = { info() {}, warn() {}, error: (_: object, message: string) => errors.push(message) } as unknown as Logger;
  const runs = ["fail", "fail", "work", "fail"];
  const expireOverdue = async () => {
    if (runs.shift() === "fail") throw new Error("the database is away");
    return 0;
  };
  const task = deadlineTask({ expireOverdue }, log);
  await task();
  await task();
  expect(errors).toEqual(["Error in deadline task"]);
  await task();
  await task();
  expect(errors).toEqual(Array(2).fill("Error in deadline task"));
  expect(runs).toEqual([]);
});
