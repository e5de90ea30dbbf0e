import { createRequire } from "node:module";
import { type InputProblem, invalidInput } from "@skill-fleet/core";
import type { Scalar } from "yaml";
import type { Skill } from "./skill.ts";

const require = createRequire(import.meta.url);

/** The library, from the first skill on: a server that starts has none, and it is a tenth of what would be loaded. */
const yaml = (): typeof import("yaml") => require("yaml");

/** What the fields of {@link Skill} that are text are called in a file. */
const textFields: ReadonlySet<string> = new Set(["name", "description", "license", "compatibility", "allowed-tools"]);

/** What a file says, as far as it can be read, and what of it the format does not have. */
interface SkillReading {
  /** Undefined when there is no front matter, or when it is not readable. */
  readonly skill: Skill | undefined;
  readonly problems: readonly InputProblem[];
}

/**
 * Characters that some readers of YAML refuse, or take for the end of a line, unless they are escaped.
 * Which those are differs between YAML 1.1 and 1.2, and between readers; these are all of all.
 */
const unusual = /[\t\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g;

/**
 * The text of a `SKILL.md`: front matter in YAML, an empty line, the body.
 *
 * {@link parseSkill} gives the same skill back, whatever is in it, and so does every reader of YAML
 * 1.1 or 1.2: no value turns into a number, a date or the end of the front matter. It checks nothing:
 * see `problemsOfSkill`.
 */
export function formatSkill(skill: Skill): string {
  const { metadata = {}, body } = skill;
  const fields = new Map<Scalar, Scalar | Map<Scalar, Scalar>>();
  const add = (key: string, value: string | undefined) => value !== undefined && fields.set(scalar(key), scalar(value));
  add("name", skill.name);
  add("description", skill.description);
  add("license", skill.license);
  add("compatibility", skill.compatibility);
  const entries = Object.entries(metadata).map(([key, value]): [Scalar, Scalar] => [scalar(key), scalar(value)]);
  if (entries.length > 0) fields.set(scalar("metadata"), new Map(entries));
  add("allowed-tools", skill.allowedTools);
  // Each value on one line: nothing in it can stand at the start of a line, as the closing `---` does.
  const text = yaml().stringify(fields, { lineWidth: 0, blockQuote: false, compat: "yaml-1.1" });
  const escaped = text.replace(unusual, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
  return `---\n${escaped}---\n\n${body}\n`;
}

/** A text in quotes where plain text would be read differently by some; PyYAML refuses a plain `=`. */
function scalar(text: string): Scalar {
  const node: Scalar = new (yaml().Scalar)(text);
  if (text === "=" || text.search(unusual) !== -1) node.type = "QUOTE_DOUBLE";
  return node;
}

/**
 * Reads the text of a `SKILL.md`. Fields that the format does not have are left out; line ends may
 * be those of Windows.
 *
 * @throws {FleetError} `INVALID_INPUT` when the text has no front matter, or when it cannot be read.
 *   Limits are not checked: see `problemsOfSkill`
 */
export function parseSkill(text: string): Skill {
  const { skill, problems } = readSkill(text);
  if (skill === undefined) throw invalidInput(problems);
  return skill;
}

/** Reads the text of a `SKILL.md`, and lists what is wrong with its shape. Never throws. */
export function readSkill(text: string): SkillReading {
  // The first line decides about line ends; a byte order mark is no part of the text.
  const match = /^\ufeff?---[ \t]*(\r?\n)(?:([\s\S]*?)\r?\n)??---[ \t]*(?:\r?\n([\s\S]*))?$/.exec(text);
  if (match === null) return unreadable("must begin with front matter between two lines of ---");
  const [, lineEnd = "\n", frontMatter = "", body = ""] = match;
  // In this schema every value is text: a version 1.0 stays "1.0".
  const { isMap, isScalar, parseDocument } = yaml();
  const document = parseDocument(frontMatter, { schema: "failsafe" });
  const [error] = document.errors;
  if (error !== undefined) return unreadable(`the front matter is not YAML: ${error.message.split("\n", 1)[0]?.replace(/:$/, "")}`);
  if (!isMap(document.contents)) return unreadable("the front matter must have a name and a description");

  const problems: InputProblem[] = [];
  const texts = new Map<string, string>();
  let metadata: { [key: string]: string } | undefined;
  for (const { key, value } of document.contents.items) {
    const field = String(key);
    if (field === "metadata") metadata = readMetadata(value, problems);
    else if (!textFields.has(field)) {
      problems.push({ path: [field], message: "is not a field of the format; put it under metadata" });
    } else if (isScalar(value)) texts.set(field, String(value.value));
    else if (value !== null) problems.push({ path: [field], message: "must be text" });
  }
  const license = texts.get("license");
  const compatibility = texts.get("compatibility");
  const allowedTools = texts.get("allowed-tools");
  const skill: Skill = {
    name: texts.get("name") ?? "",
    description: texts.get("description") ?? "",
    ...(license === undefined ? {} : { license }),
    ...(compatibility === undefined ? {} : { compatibility }),
    ...(metadata === undefined ? {} : { metadata }),
    ...(allowedTools === undefined ? {} : { allowedTools }),
    body: withoutFrame(body, lineEnd),
  };
  return { skill, problems };
}

function readMetadata(value: unknown, problems: InputProblem[]): { [key: string]: string } | undefined {
  const { isMap, isScalar } = yaml();
  if (!isMap(value)) {
    problems.push({ path: ["metadata"], message: "must be a mapping of text to text" });
    return undefined;
  }
  const entries: [string, string][] = [];
  for (const { key, value: item } of value.items) {
    if (isScalar(item)) entries.push([String(key), String(item.value)]);
    else problems.push({ path: ["metadata", String(key)], message: "must be text" });
  }
  // From entries: `__proto__` is a key like any other.
  return Object.fromEntries(entries);
}

/** The body without the empty line before it and the line end after it, which {@link formatSkill} adds. */
function withoutFrame(body: string, lineEnd: string): string {
  const start = body.startsWith(lineEnd) ? lineEnd.length : 0;
  const end = body.length > start && body.endsWith(lineEnd) ? body.length - lineEnd.length : body.length;
  return body.slice(start, end);
}

function unreadable(message: string): SkillReading {
  return { skill: undefined, problems: [{ path: [], message }] };
}
