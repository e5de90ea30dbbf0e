import type { JobDefinition } from "./define-job.ts";

/** Joins the two forms of a method: without a definition, and with one before the other arguments. */
export function overload<Method>(
  plain: (...args: never[]) => unknown,
  defined: (definition: JobDefinition, ...args: never[]) => unknown,
): Method {
  const method = (first: unknown, ...rest: never[]) => (isDefinition(first) ? defined(first, ...rest) : plain(first as never, ...rest));
  return method as Method;
}

function isDefinition(value: unknown): value is JobDefinition {
  return typeof value === "object" && value !== null && "responseSchemas" in value;
}
