import { invalidInput } from "../errors.ts";
import { assertStorable } from "../json.ts";
import type { JobChange } from "./job.ts";

/** @throws {FleetError} `INVALID_INPUT` when the parts of a change do not go together */
export function checkChange(change: JobChange, jobId: string): void {
  assertStorable(change as Readonly<Record<string, unknown>>, jobId);
  const { status, progressPercent } = change;
  const problem = (field: string, message: string) => invalidInput([{ path: [field], message }], jobId);
  if (Object.values(change).every((value) => value === undefined))
    throw invalidInput([{ path: [], message: "the change is empty" }], jobId);
  if (progressPercent !== undefined && !(progressPercent >= 0 && progressPercent <= 100)) {
    throw problem("progressPercent", "must be from 0 to 100");
  }
  if (change.result !== undefined && status !== "completed") throw problem("result", "goes with status completed only");
  if (status === "failed" && change.error === undefined) throw problem("error", "must say why the job failed");
  if (change.error !== undefined && status !== "failed" && status !== "cancelled") {
    throw problem("error", "goes with status failed or cancelled only");
  }
  if (change.errorStack !== undefined && status !== "failed") throw problem("errorStack", "goes with status failed only");
}

/** The fields that are there. */
export function definedFields<Fields extends object>(fields: Fields): Partial<Fields> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Partial<Fields>;
}
