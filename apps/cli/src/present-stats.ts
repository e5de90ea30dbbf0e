import type { JobStats } from "@skill-fleet/client";
import colors from "picocolors";
import { alignColumns, toOneLine } from "./terminal-text.ts";

/** Counts of jobs for a person: all, by status, by type, and how those went that have ended. */
export function presentStats({ estimated, total, byStatus, byType, completionRate, durations }: JobStats): string {
  const all = [[colors.dim("jobs"), `${total}${estimated ? " (estimated)" : ""}`]];
  const statuses = Object.entries(byStatus).map(([status, count]) => [status, String(count)]);
  const types = byType.map(({ type, total: count }) => [toOneLine(type), String(count)]);
  const ended = [
    ...(completionRate === null ? [] : [[colors.dim("completed of the ended"), `${Math.round(completionRate * 100)} %`]]),
    ...(durations === null ? [] : [[colors.dim("took (p50, p95)"), `${durations.p50Ms} ms, ${durations.p95Ms} ms`]]),
  ];
  return [all, statuses, types, ended]
    .filter((rows) => rows.length > 0)
    .map(alignColumns)
    .join("\n\n");
}
