import fc from "fast-check";
import type { Skill } from "../skill/skill.ts";
import { skillName } from "../skill/skill-name.ts";

/** Text that is likely to be mistaken for something else: YAML, the end of the front matter, Markdown. */
const tricky = fc.constantFrom(
  "---",
  "\n---\n",
  "---\n",
  "\r\n",
  "\n\n",
  ": ",
  "key: value",
  " #",
  '"',
  "'",
  "\\",
  "- ",
  "yes",
  "null",
  "2026-01-31",
  "12:30:45",
  "1_000",
  "{}",
  "[x]",
  "&a *a",
  "!!str",
  "%",
  "@",
  "`",
  "|",
  ">-",
  "\t",
  "\ufeff",
  "\u0085",
  "\u2028",
  "\u0000",
  "\u0007",
  "\u007f",
  "👩‍🚀",
  "e\u0301",
  "  ",
);

/** Any text that a file can carry, of at most `length` code points. */
export function anyText(length: number): fc.Arbitrary<string> {
  const pieces = fc.array(fc.oneof(tricky, fc.string({ unit: "binary", maxLength: 12 }), fc.string({ maxLength: 12 })), { maxLength: 12 });
  return pieces.map((texts) => [...texts.join("")].slice(0, length).join("").toWellFormed());
}

/** Any skill that is within the limits. */
export function anySkill(): fc.Arbitrary<Skill> {
  const line = (length: number) => anyText(length).filter((text) => text.trim() !== "");
  return fc
    .record(
      {
        name: fc.oneof(fc.stringMatching(/^[a-z0-9]{1,9}(-[a-z0-9]{1,9}){0,4}$/), anyText(80).map(skillName)),
        description: line(1024),
        license: anyText(80),
        compatibility: line(500),
        metadata: fc.dictionary(fc.oneof(anyText(20), fc.constant("__proto__")), anyText(40), { minKeys: 1, maxKeys: 4 }),
        allowedTools: anyText(80),
        body: anyText(2000),
      },
      { requiredKeys: ["name", "description", "body"] },
    )
    .map((skill) => ({ ...skill, ...(skill.metadata === undefined ? {} : { metadata: { ...skill.metadata } }) }) as Skill);
}
