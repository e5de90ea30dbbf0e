import { FleetError, type InputProblem, invalidInput } from "@skill-fleet/core";
import { TRPCError } from "@trpc/server";
import { ZodError } from "zod";

/**
 * The error that a caller may see for whatever was thrown. What is not known to the fleet
 * becomes `INTERNAL` with a fixed text; its cause is for the log.
 */
export function translateError(thrown: unknown): FleetError {
  if (thrown instanceof TRPCError && thrown.cause !== undefined) return translateError(thrown.cause);
  if (FleetError.is(thrown)) return thrown;
  if (thrown instanceof ZodError) return invalidInput(thrown.issues.flatMap(problemsOf));
  const message = "The server failed in a way that it did not expect. Its log has the details under the request id.";
  return new FleetError("INTERNAL", message, { cause: thrown });
}

function problemsOf(issue: ZodError["issues"][number]): InputProblem[] {
  const path = issue.path.map((part) => (typeof part === "symbol" ? String(part) : part));
  if (issue.code !== "unrecognized_keys") return [{ path, message: issue.message }];
  return issue.keys.map((key) => ({ path: [...path, key], message: "is not a known field" }));
}
