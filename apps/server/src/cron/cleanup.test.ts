import type { Logger } from "@skill-fleet/core";
import { describe, expect, test } from "vitest";
import { cleanUp } from "./cleanup.ts";

function linesOf(cleanup: () => number): string[] {
  const lines: string[] = [];
  const write = (level: string) => (_: object, message: string) => lines.push(`${level} ${message}`);
  const log = { info: write("INFO"), warn: write("WARN"), error: write("ERROR") } as unknown as Logger;
  cleanUp({ cleanup }, log);
  return lines;
}

describe("the cleanup", () => {
  test("says how many jobs it dropped", () => {
    expect(linesOf(() => 3)).toEqual(["INFO Cleaned 3 expired job(s) from memory cache"]);
  });

  test("says so when there was nothing to drop", () => {
    expect(linesOf(() => 0)).toEqual(["INFO No expired jobs to clean"]);
  });

  test("reports a failure and lets the next run try again", () => {
    const fail = () => {
      throw new Error("oops");
    };
    expect(linesOf(fail)).toEqual(["ERROR Error in cleanup task; the next run tries again"]);
  });
});
