import { FleetError, type Logger } from "@skill-fleet/core";
import { describe, expect, test } from "vitest";
import { deadlineTask } from "./deadlines.ts";

/** A task over three nouns, of which those fail in a run that are said to; and what it reports. */
function taskUnderTest() {
  const reports: unknown[] = [];
  const ran: string[] = [];
  let broken: readonly string[] = [];
  let fault = (name: string): Error => new Error(`${name} are broken`);
  const noun = (name: string) => ({
    expireOverdue: async () => {
      ran.push(name);
      if (broken.includes(name)) throw fault(name);
      return 0;
    },
  });
  const error = ({ err, of }: { err?: unknown; of?: unknown }, message: string) => reports.push([message, (err as Error).message, of]);
  const warn = (_: unknown, message: string) => reports.push(["warning", message]);
  const log = { info() {}, warn, error } as unknown as Logger;
  const task = deadlineTask({ prompts: noun("prompts"), jobs: noun("jobs"), leases: noun("leases") }, log);
  /** Runs the task, and returns what it reported. */
  const run = async (...failing: string[]) => {
    broken = failing;
    await task();
    return reports.splice(0);
  };
  const failWith = (newFault: typeof fault) => {
    fault = newFault;
  };
  return { run, ran, failWith };
}

describe("the deadline task", () => {
  test("never throws, and of failures in a row it reports the first", async () => {
    const { run } = taskUnderTest();
    const report = [["Error in deadline task; the next run tries again", "prompts are broken", ["prompts"]]];
    expect(await run("prompts")).toEqual(report);
    expect(await run("prompts")).toEqual([]);
    expect(await run()).toEqual([]);
    expect(await run("prompts")).toEqual(report);
  });

  test("lets the others have their turn when one fails", async () => {
    const { run, ran } = taskUnderTest();
    await run("prompts", "jobs");
    expect(ran.sort()).toEqual(["jobs", "leases", "prompts"]);
  });

  test("has one line for all that began to fail together, and one for what fails later", async () => {
    const { run } = taskUnderTest();
    expect(await run("prompts", "jobs")).toEqual([
      ["Error in deadline task; the next run tries again", "prompts are broken", ["prompts", "jobs"]],
    ]);
    expect(await run("prompts", "jobs", "leases")).toEqual([
      ["Error in deadline task; the next run tries again", "leases are broken", ["leases"]],
    ]);
  });

  test("reports a fault of the program also while the database is away, which is a warning", async () => {
    const { run, failWith } = taskUnderTest();
    const away = new FleetError("STORE_UNAVAILABLE", "away");
    const message = "Error in deadline task; the next run tries again";
    failWith(() => away);
    expect(await run("prompts", "jobs")).toEqual([["warning", message]]);
    failWith((name) => (name === "jobs" ? new TypeError("a fault") : away));
    expect(await run("prompts", "jobs")).toEqual([[message, "a fault", ["jobs"]]]);
    expect(await run("prompts", "jobs", "leases")).toEqual([["warning", message]]);
  });
});
