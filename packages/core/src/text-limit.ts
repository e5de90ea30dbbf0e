import { type InputProblem, invalidInput } from "./errors.ts";

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
    return value === undefined ? [] : nameProblems([name], value, textLimit[name as keyof typeof textLimit]);
  });
  if (problems.length > 0) throw invalidInput(problems, jobId);
}

/** What is wrong with a name, which stands at this path of the input. */
export function nameProblems(path: InputProblem["path"], name: string, maxLength: number): InputProblem[] {
  return name.length >= 1 && name.length <= maxLength ? [] : [{ path, message: `must have 1 to ${maxLength} characters` }];
}
