import type { z } from "zod";
import { NonRetryableError } from "./errors.ts";

/**
 * A value in its defined shape.
 *
 * @throws {NonRetryableError} when it is not: the same value will not fit the next time either
 */
export async function shape(schema: z.ZodType | undefined, value: unknown, what: string): Promise<unknown> {
  const parsed = await schema?.safeParseAsync(value);
  if (parsed === undefined) return value;
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) =>
    path.length === 0 ? message : `${path.map(String).join(".")}: ${message}`,
  );
  throw new NonRetryableError(`${what} is not of the defined shape: ${problems.join("; ")}`);
}
