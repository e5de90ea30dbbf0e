import { invalidInput } from "./errors.ts";
import { normalizeId } from "./ids.ts";
import type { ListPosition } from "./jobs/job-repository.ts";

/** How many rows a page has when nobody says, and at most. */
export const pageLimit = { default: 50, max: 200 } as const;

/** Makes a page of up to `limit` rows from `limit + 1` of them, and the cursor of the next page. */
export function cutPage<Row>(rows: Row[], limit: number, encode: (last: Row) => string): { rows: Row[]; nextCursor: string | null } {
  const last = rows[limit - 1];
  if (rows.length <= limit || last === undefined) return { rows, nextCursor: null };
  return { rows: rows.slice(0, limit), nextCursor: encode(last) };
}

/** The place after a job, as text. */
export function encodeCursor({ createdAt, id }: ListPosition): string {
  return Buffer.from(`${createdAt.getTime()} ${id}`).toString("base64url");
}

/** @throws {FleetError} `INVALID_INPUT` when the text is not a cursor that a list returned */
export function decodeCursor(cursor: string): ListPosition {
  const [atMs = "", text = ""] = Buffer.from(cursor, "base64url").toString("utf8").split(" ");
  const createdAt = new Date(/^\d{1,15}$/.test(atMs) ? Number(atMs) : Number.NaN);
  const id = normalizeId(text);
  if (Number.isNaN(createdAt.getTime()) || id === undefined) {
    throw invalidInput([{ path: ["cursor"], message: "is not a cursor that a list returned" }]);
  }
  return { createdAt, id };
}

/** @throws {FleetError} `INVALID_INPUT` when the limit is not a whole number from 1 to `max`, by default that of a page */
export function checkLimit(limit: number = pageLimit.default, max: number = pageLimit.max): number {
  if (Number.isInteger(limit) && limit >= 1 && limit <= max) return limit;
  throw invalidInput([{ path: ["limit"], message: `must be a whole number from 1 to ${max}` }]);
}
