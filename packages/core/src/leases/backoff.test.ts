import fc from "fast-check";
import { expect, test } from "vitest";
import { backoffMs } from "./backoff.ts";

const longest = () => 1;

test("the longest wait begins with a second, doubles with each attempt, and ends at an hour", () => {
  const waits = [1, 2, 3, 4, 12, 13, 1_000].map((attempt) => backoffMs(attempt, longest));
  expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 2_048_000, 3_600_000, 3_600_000]);
});

test("a wait is anything from nothing to the longest, so that what failed together does not come back together", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 40 }), fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }), (attempt, part) => {
      const waitMs = backoffMs(attempt, () => part);
      expect(waitMs).toBe(Math.round(part * backoffMs(attempt, longest)));
    }),
  );
});
