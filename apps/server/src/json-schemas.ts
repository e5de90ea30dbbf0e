import type { Json, JsonObject } from "@skill-fleet/core";
import { z } from "zod";

// The fleet itself checks what can be stored, and how deep it may be. These schemas only say that
// the user's own JSON is here: a schema that walked into it would rename or drop keys.

/** Any JSON value of the user's own. */
export const json = z.custom<Json>((value) => value !== undefined, "must be a JSON value");

/** A JSON object of the user's own. */
export const jsonObject = z
  .custom<JsonObject>((value) => typeof value === "object" && value !== null && !Array.isArray(value), "must be a JSON object")
  .meta({ type: "object", additionalProperties: true });

/** A list that may be handed over as one that only is read. */
export function listOf<Item extends z.ZodType>(item: Item): z.ZodType<readonly z.output<Item>[], readonly z.input<Item>[]> {
  return z.array(item);
}

const instantWords = "must be a date and time (ISO 8601) in the years 1 to 9999, such as 2026-01-31T12:00:00Z";

/** An instant: text as RFC 3339 has it. Beyond these years it could not be written so again, whatever its offset was. */
export const instant = z
  .union([z.date(), z.iso.datetime({ offset: true }).transform((text) => new Date(text))], instantWords)
  .refine((date) => date.getUTCFullYear() >= 1 && date.getUTCFullYear() <= 9999, instantWords);
