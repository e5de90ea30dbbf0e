import { invalidInput } from "./errors.ts";

/** How many characters a name may have, so that it fits into an index. */
export const textLimit = {
  type: 200,
  userId: 255,
  tag: 255,
  key: 200,
  assignee: 255,
  idempotencyKey: 255,
  idempotencyScope: 255,
  workerId: 200,
  stepName: 200,
} as const;

/** @throws {FleetError} `INVALID_INPUT` when a name that is given is empty or too long */
export function checkNames(names: { readonly [Name in keyof typeof textLimit]?: string | undefined }, jobId?: string): void {
  const problems = Object.entries(names).flatMap(([name, value]) => {
    const limit = textLimit[name as keyof typeof textLimit];
    const fits = value === undefined || (value.length >= 1 && value.length <= limit);
    return fits ? [] : [{ path: [name], message: `must have 1 to ${limit} characters` }];
  });
  if (problems.length > 0) throw invalidInput(problems, jobId);
}
