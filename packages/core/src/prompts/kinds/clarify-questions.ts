import type { Json, JsonObject } from "../../json.ts";

/** A question of a `clarify` prompt, in the one form that whoever shows it has to know. */
export type ClarifyQuestion = {
  text: string;
  /** What to choose from; empty when the answer is free text. */
  options: string[];
  allows_multiple: boolean;
  /** Why it is asked. */
  rationale: string | null;
};

/** The names under which askers, models above all, put the same thing. */
const names = {
  text: ["text", "question", "prompt", "title"],
  options: ["options", "choices"],
  allowsMultiple: ["allows_multiple", "allowsMultiple", "multiple", "multi_select"],
  rationale: ["rationale", "reason", "why"],
} as const;

/**
 * Puts the questions of a `clarify` prompt into their one form: `data.questions`, an array of
 * {@link ClarifyQuestion}. They may come as one string, as a numbered or bulleted list in a string,
 * as strings, or as objects; as the data itself or in its field `questions`. What else the data has
 * stays. Data without questions stays as it is.
 */
export function normalizeClarifyData(data: Json): Json {
  if (typeof data === "string" || Array.isArray(data)) return { questions: questionsOf(data) };
  if (data === null || typeof data !== "object") return data;
  const { questions, ...rest } = data;
  if (questions !== undefined) return { ...rest, questions: questionsOf(questions) };
  return first(data, names.text) === undefined ? data : { questions: questionsOf([data]) };
}

function questionsOf(given: Json): ClarifyQuestion[] {
  if (typeof given === "string") return splitList(given).map((text) => question(text));
  const items = Array.isArray(given) ? given : [given];
  return items.flatMap((item) => {
    if (typeof item === "string") return [question(item)];
    if (item === null || typeof item !== "object" || Array.isArray(item)) return [question(JSON.stringify(item))];
    return [questionFrom(item)];
  });
}

/** The items of a numbered or bulleted list; text that is none is one item. */
function splitList(text: string): string[] {
  const marker = /^\s*(?:\d+[.)]|[-*•])\s+/;
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  if (!lines.some((line) => marker.test(line))) return text.trim() === "" ? [] : [text.trim()];
  const items: string[] = [];
  for (const line of lines) {
    if (marker.test(line)) items.push(line.replace(marker, "").trim());
    // What stands before the list introduces it; what follows an item continues it.
    else if (items.length > 0) items.push(`${items.pop()} ${line.trim()}`);
  }
  return items;
}

function questionFrom(given: JsonObject): ClarifyQuestion {
  const options = first(given, names.options);
  const rationale = first(given, names.rationale);
  return {
    text: asText(first(given, names.text) ?? null),
    options: Array.isArray(options) ? options.map(asText) : [],
    allows_multiple: first(given, names.allowsMultiple) === true,
    rationale: typeof rationale === "string" ? rationale : null,
  };
}

function question(text: string): ClarifyQuestion {
  return { text, options: [], allows_multiple: false, rationale: null };
}

function first(given: JsonObject, candidates: readonly string[]): Json | undefined {
  const name = candidates.find((candidate) => Object.hasOwn(given, candidate));
  return name === undefined ? undefined : given[name];
}

/** An option may be an object that shows a label. */
function asText(value: Json): string {
  if (typeof value === "string") return value;
  if (value !== null && typeof value === "object" && !Array.isArray(value)) {
    const label = first(value, ["label", "text", "value"]);
    if (typeof label === "string") return label;
  }
  return JSON.stringify(value);
}
