/**
 * What a reply of the tRPC wire looks like: the output as JSON, and where in it text stands for a
 * date. Users' own JSON passes through untouched, whatever its keys are called; libraries that
 * mark types inside the data refuse some of them (superjson throws on "constructor").
 */
export interface DatedOutput {
  readonly json: unknown;
  /** The path of each date, an array of keys and indexes. Absent when there is none. */
  readonly dates?: (string | number)[][];
}

/** Finds the dates of an output before it is written as JSON. */
export function markDates(output: unknown): DatedOutput {
  const dates: (string | number)[][] = [];
  findDates(output, [], dates);
  return dates.length === 0 ? { json: output } : { json: output, dates };
}

function findDates(value: unknown, path: (string | number)[], dates: (string | number)[][]): void {
  if (typeof value !== "object" || value === null) return;
  if (value instanceof Date) return void dates.push(path);
  for (const [key, item] of Array.isArray(value) ? value.entries() : Object.entries(value)) {
    // Most are text and numbers: a path for each would cost more than to look.
    if (typeof item === "object") findDates(item, [...path, key], dates);
  }
}
