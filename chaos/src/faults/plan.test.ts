import { expect, test } from "vitest";
import { Random } from "../random.ts";
import { makePlan } from "./plan.ts";

const size = { instances: 3, loadMs: 600_000 };

test("one seed makes one plan, and another seed another", () => {
  expect(makePlan(new Random(7), size)).toEqual(makePlan(new Random(7), size));
  expect(makePlan(new Random(7), size)).not.toEqual(makePlan(new Random(8), size));
});

test("a longer plan begins as a shorter one does", () => {
  const [first = []] = makePlan(new Random(7), { instances: 1, loadMs: 20_000 }).instances;
  expect(makePlan(new Random(7), { instances: 1, loadMs: 60_000 }).instances[0]?.slice(0, first.length)).toEqual(first);
});

test("in one place a fault is repaired before the next begins", () => {
  const { instances, database } = makePlan(new Random(7), size);
  for (const faults of [...instances, database]) {
    expect(faults.length).toBeGreaterThan(20);
    for (const [index, { atMs, lengthMs }] of faults.entries())
      expect(faults[index + 1]?.atMs ?? Number.POSITIVE_INFINITY).toBeGreaterThan(atMs + lengthMs);
  }
});

test("every kind of fault happens, and the clocks are ten minutes apart", () => {
  const { instances, database, clockOffsetsMs } = makePlan(new Random(7), size);
  expect(new Set(instances.flat().map(({ kind }) => kind))).toEqual(new Set(["kill", "pause", "stall", "drop"]));
  expect(new Set(database.map(({ kind }) => kind))).toEqual(new Set(["restart", "cutFeeds", "cutAll"]));
  expect(clockOffsetsMs).toEqual([-600_000, 0, 600_000]);
});
