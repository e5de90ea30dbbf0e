import { finalStatuses, type RetentionMs } from "@skill-fleet/core";

const dayMs = 86_400_000;

/** A hundred years. */
const maxDays = 36_500;

/** What {@link readRetention} reads, in words. */
export const retentionWords = `a number of days above 0 and up to ${maxDays}, or one for each status such as "completed=30,failed=90,cancelled=7"; fractions are allowed`;

/** For how long jobs are kept after they ended, from what an operator writes; undefined when it says something else. */
export function readRetention(text: string): RetentionMs | undefined {
  const all = readDays(text);
  if (all !== undefined) return Object.fromEntries(finalStatuses.map((status) => [status, all]));
  const entries = text.split(",").map((part) => part.split("=").map((side) => side.trim()));
  const retention: Record<string, number> = {};
  for (const [status = "", days = "", ...more] of entries) {
    const ms = readDays(days);
    const isNew = finalStatuses.some((known) => known === status) && !(status in retention);
    if (ms === undefined || !isNew || more.length > 0) return undefined;
    retention[status] = ms;
  }
  return retention;
}

function readDays(text: string): number | undefined {
  const days = /^\d*\.?\d+$/.test(text) ? Number(text) : 0;
  return days > 0 && days <= maxDays ? days * dayMs : undefined;
}
