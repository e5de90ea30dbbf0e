import fc from "fast-check";
import { expect, test } from "vitest";
import { FleetError } from "../errors.ts";
import { decodeInboxCursor, encodeInboxCursor } from "./inbox-cursor.ts";

const instant = fc.date({ min: new Date("1900-01-01"), max: new Date("9999-12-31"), noInvalidDate: true });
const created = fc.date({ min: new Date(0), max: new Date("9999-12-31"), noInvalidDate: true });

test("a cursor leads back to its place", () => {
  fc.assert(
    fc.property(fc.option(instant), created, fc.uuid(), (dueAt, createdAt, id) => {
      expect(decodeInboxCursor(encodeInboxCursor({ dueAt, createdAt, id }))).toEqual({ dueAt, createdAt, id });
    }),
  );
});

test("a text that the inbox did not return is refused, or reads as a place", () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.base64String()), (text) => {
      try {
        expect(Number.isNaN(decodeInboxCursor(text).createdAt.getTime())).toBe(false);
      } catch (error) {
        expect(FleetError.is(error) && error.code).toBe("INVALID_INPUT");
      }
    }),
  );
});
