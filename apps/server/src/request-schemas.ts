import { pageLimit, textLimit } from "@skill-fleet/core";
import { z } from "zod";
import { boundedText, wholeNumber } from "./range-schemas.ts";

// What requests for things of every kind can have.

/** Longer than this, proxies take a silent connection for a dead one. */
export const maxWaitMs = 55_000;

export const idempotencyKey = boundedText(textLimit.idempotencyKey)
  .optional()
  .describe("Names the request: sent again, it has the reply of the first time.");

export const limit = wholeNumber(1, pageLimit.max).optional().describe(`At most so many. Default: ${pageLimit.default}.`);

export const cursor = z.string().optional().describe("`next_cursor` of the page before.");
