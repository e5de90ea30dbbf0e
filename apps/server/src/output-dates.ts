import { madeOnce } from "./made-once.ts";

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

type Path = readonly (string | number)[];

/** Makes an output ready to be written as JSON: text for its dates, and where they were. */
export function datesAsText(output: unknown): DatedOutput {
  return typeof output === "object" && output !== null ? ofObject(output) : { json: output };
}

// A job that is asked for again and again is one object until it changes.
const ofObject = madeOnce((output): DatedOutput => {
  const dates: (string | number)[][] = [];
  const json = withText(output, [], dates);
  return dates.length === 0 ? { json } : { json, dates };
});

/** The value with text for its dates, which `JSON.stringify` would take longer to write; itself when it has none. */
function withText(value: object, path: Path, dates: (string | number)[][]): unknown {
  if (value instanceof Date) {
    dates.push([...path]);
    return value.toJSON();
  }
  let copy: Record<string | number, unknown> | undefined;
  for (const [key, item] of Array.isArray(value) ? value.entries() : Object.entries(value)) {
    // Most are text and numbers: a path for each would cost more than to look.
    if (typeof item !== "object" || item === null) continue;
    const text = withText(item, [...path, key], dates);
    if (text === item) continue;
    copy ??= (Array.isArray(value) ? [...value] : { ...value }) as Record<string | number, unknown>;
    copy[key] = text;
  }
  return copy ?? value;
}
