import type { AppRouter } from "@skill-fleet/server";
import type { TRPCLink } from "@trpc/client";
import { FleetClientError } from "./client-error.ts";

/** How large the input of a call is: whether it may share a request with a hundred others, with ten, or with none. */
type CallSize = "small" | "medium" | "large";

/**
 * The most characters of an input, and how many of that size share a request. Whatever the language, that is less than what
 * servers and proxies take by default (1 MiB): a request that is too large is refused as a whole. No server takes more than a
 * hundred calls at once.
 */
export const sizes = {
  small: { maxLength: 3_000, maxItems: 100 },
  medium: { maxLength: 30_000, maxItems: 10 },
} as const;

/** Longer addresses are cut or refused by some proxies. */
export const maxUrlLength = 8_000;

/**
 * Notes the size of each call in its context.
 *
 * @throws {FleetClientError} `INVALID_INPUT` when the input cannot be written as JSON, or is that of a read and fits into no address
 */
export const measureCalls: TRPCLink<AppRouter> = () => {
  return ({ op, next }) => {
    const text = textOf(op.input);
    if (op.type === "query" && isTooLongForUrl(text))
      throw refused(`The input is longer than a read may have (${text.length} characters).`);
    return next({ ...op, context: { ...op.context, size: sizeOf(text.length) } });
  };
};

function textOf(input: unknown): string {
  try {
    return JSON.stringify(input) ?? "";
  } catch (cause) {
    throw refused(`The input cannot be written as JSON: ${cause instanceof Error ? cause.message : String(cause)}`, cause);
  }
}

function sizeOf(length: number): CallSize {
  if (length <= sizes.small.maxLength) return "small";
  return length <= sizes.medium.maxLength ? "medium" : "large";
}

/** A part of the address is the server's and the procedure's. */
function isTooLongForUrl(text: string): boolean {
  // No character takes more than nine in an address.
  return text.length > maxUrlLength / 10 && encodeURIComponent(text).length > maxUrlLength - 500;
}

function refused(message: string, cause?: unknown): FleetClientError {
  return new FleetClientError("INVALID_INPUT", message, { details: { errors: [{ path: [], message }] }, cause });
}
