import { FleetError, type JobCounts, type Logger } from "@skill-fleet/core";
import { describe, expect, test } from "vitest";
import { pruneOldJobs } from "./retention.ts";

async function linesOf(prune: () => Promise<JobCounts>): Promise<unknown[]> {
  const lines: unknown[] = [];
  const write = (level: string) => (fields: object, message: string) => lines.push([`${level} ${message}`, fields]);
  const log = { info: write("INFO"), warn: write("WARN"), error: write("ERROR") } as unknown as Logger;
  await pruneOldJobs({ prune }, { completed: 1 }, log);
  return lines;
}

describe("the retention task", () => {
  test("says how many jobs it deleted, and how those had ended", async () => {
    const counts = { completed: 3, failed: 1, cancelled: 0 };
    expect(await linesOf(async () => counts)).toEqual([["INFO Deleted 4 job(s) that ended long ago", counts]]);
  });

  test("says so when there was nothing to delete", async () => {
    expect(await linesOf(async () => ({ completed: 0, failed: 0, cancelled: 0 }))).toEqual([["INFO No old jobs to delete", {}]]);
  });

  test("reports a failure and lets the next run try again", async () => {
    const err = new Error("oops");
    expect(await linesOf(() => Promise.reject(err))).toEqual([["ERROR Error in retention task; the next run tries again", { err }]]);
  });

  test("only warns when it is the database that is away", async () => {
    const err = new FleetError("STORE_UNAVAILABLE", "The database cannot be reached now.");
    expect(await linesOf(() => Promise.reject(err))).toEqual([["WARN Error in retention task; the next run tries again", { err }]]);
  });
});
