import fc from "fast-check";
import { expect, test } from "vitest";
import type { ListPosition } from "./jobs/job-repository.ts";
import { checkLimit, cutPage, decodeCursor, encodeCursor, pageLimit } from "./list-cursor.ts";

const positions: fc.Arbitrary<ListPosition> = fc.record({
  createdAt: fc.date({ min: new Date(0), max: new Date("9999-12-31"), noInvalidDate: true }),
  id: fc.uuid(),
});

test("a cursor leads back to the row after which the page was cut", () => {
  fc.assert(
    fc.property(positions, positions, (last, next) => {
      const { rows, nextCursor } = cutPage([last, next], 1, encodeCursor);
      expect(rows).toEqual([last]);
      expect(nextCursor).toMatch(/^[\w-]+$/);
      expect(decodeCursor(nextCursor ?? "")).toEqual(last);
    }),
  );
});

test("a page of no more rows than the limit has no cursor", () => {
  const row: ListPosition = { createdAt: new Date(0), id: crypto.randomUUID() };
  expect(cutPage([row, row], 2, encodeCursor)).toEqual({ rows: [row, row], nextCursor: null });
  expect(cutPage([], 2, encodeCursor)).toEqual({ rows: [], nextCursor: null });
});

test("a text that no list returned is refused, or reads as a position", () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.base64String(),
        fc.string().map((text) => Buffer.from(text).toString("base64url")),
      ),
      (cursor) => {
        try {
          expect(decodeCursor(cursor).createdAt.getTime()).not.toBeNaN();
        } catch (error) {
          expect(error).toMatchObject({ code: "INVALID_INPUT", message: "cursor: is not a cursor that a list returned" });
        }
      },
    ),
  );
});

test.each([
  ["nothing", ""],
  ["a number without an id", "12"],
  ["an id without a number", " 0190b7a4-0000-7000-8000-000000000000"],
  ["an instant before 1970", "-1 0190b7a4-0000-7000-8000-000000000000"],
  ["an instant that no Date can hold", "999999999999999999 0190b7a4-0000-7000-8000-000000000000"],
  ["an id that is no UUID", "12 job-1"],
  ["text that looks like SQL", "12 '; drop table jobs; --"],
])("a cursor of %s is refused", (_name, text) => {
  expect(() => decodeCursor(Buffer.from(text).toString("base64url"))).toThrow("cursor: is not a cursor that a list returned");
});

test("a limit is a whole number from 1 to 200, and 50 when nobody says", () => {
  expect(pageLimit).toEqual({ default: 50, max: 200 });
  expect([checkLimit(), checkLimit(1), checkLimit(200)]).toEqual([50, 1, 200]);
  for (const limit of [0, 201, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY]) {
    expect(() => checkLimit(limit)).toThrow("limit: must be a whole number from 1 to 200");
  }
});
