import type { AppRouter } from "@skill-fleet/server";
import type { TRPCLink } from "@trpc/client";
import { FleetClientError } from "./client-error.ts";

/**
 * How many characters the input of a call may have that shares a request. A hundred such calls, of three bytes a character,
 * are less than what servers and proxies take by default (1 MiB).
 */
const maxSharedLength = 3_000;

/**
 * Lets calls with a large input travel alone: a request that is too large is refused as a whole, and would take calls with it that
 * have nothing to do with that.
 *
 * @throws {FleetClientError} `INVALID_INPUT` when the input cannot be written as JSON
 */
export const largeCallsAlone: TRPCLink<AppRouter> = () => {
  return ({ op, next }) => next(lengthOf(op.input) > maxSharedLength ? { ...op, context: { ...op.context, alone: true } } : op);
};

function lengthOf(input: unknown): number {
  try {
    return JSON.stringify(input)?.length ?? 0;
  } catch (cause) {
    const message = `The input cannot be written as JSON: ${cause instanceof Error ? cause.message : String(cause)}`;
    throw new FleetClientError("INVALID_INPUT", message, { details: { errors: [{ path: [], message }] }, cause });
  }
}
