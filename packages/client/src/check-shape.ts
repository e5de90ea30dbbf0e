import type { z } from "zod";
import { FleetClientError } from "./client-error.ts";

/**
 * Holds a value that is about to be sent against its defined shape.
 *
 * @throws {FleetClientError} `INVALID_INPUT` with the path of every problem, as the server would
 */
export async function checkShape(shape: z.ZodType | undefined, field: string, value: unknown): Promise<void> {
  const parsed = await shape?.safeParseAsync(value);
  if (parsed === undefined || parsed.success) return;
  const errors = parsed.error.issues.map(({ path, message }) => ({ path: [field, ...path.map(String)], message }));
  const text = errors.map(({ path, message }) => `${path.join(".")}: ${message}`).join("; ");
  throw new FleetClientError("INVALID_INPUT", text, { details: { errors } });
}
