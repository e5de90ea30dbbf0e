import { once } from "node:events";
import { expect, test } from "vitest";
import { carryOut } from "./carry-out.ts";

const hour = 3_600_000;

test("a fault that has begun is repaired when the end comes, later ones do not begin, and hold-ups are told", async () => {
  const ended = new AbortController();
  const log: string[] = [];
  const trouble = (name: string) => [() => log.push(`begin ${name}`), () => log.push(`end ${name}`)] as const;
  const fault = (kind: "stall" | "kill" | "cutFeeds", atMs: number, lengthMs: number) => ({ kind, atMs, lengthMs });
  const plan = {
    instances: [[fault("kill", 0, 0), fault("stall", 0, hour), fault("kill", hour, 0)], []],
    database: [fault("cutFeeds", 0, 0)],
    clockOffsetsMs: [],
  };
  const stalled = once(ended.signal, "abort");
  const places = {
    instances: [{ kill: trouble("kill"), stall: [() => ended.abort(), () => log.push("end stall")] as const }, {}],
    database: { cutFeeds: trouble("cut") },
  };
  const said: string[] = [];
  const holdUps = await carryOut(plan, places, ended.signal, (line) => said.push(line));
  await stalled;
  expect(log.toSorted()).toEqual(["begin cut", "begin kill", "end cut", "end kill", "end stall"]);
  expect(holdUps).toEqual([{ instance: 0, fromMs: expect.any(Number), toMs: expect.any(Number) }]);
  expect(said).toHaveLength(3);
});
