import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { anySkill } from "../testing/any-skill.ts";
import type { Skill } from "./skill.ts";
import { problemsOfSkill } from "./skill-problems.ts";
import { formatSkill, parseSkill } from "./skill-text.ts";

const tides: Skill = { name: "tides", description: "Reads tide tables. Use when someone sails.", body: "# Tides\n\nLook at the moon." };

test("a skill reads as a person would write it", () => {
  const skill: Skill = { ...tides, license: "MIT", metadata: { job_id: "7", version: "1.0" }, allowedTools: "Read Bash(git:*)" };
  expect(formatSkill(skill)).toBe(
    [
      "---",
      "name: tides",
      "description: Reads tide tables. Use when someone sails.",
      "license: MIT",
      "metadata:",
      '  job_id: "7"',
      '  version: "1.0"',
      "allowed-tools: Read Bash(git:*)",
      "---",
      "",
      "# Tides",
      "",
      "Look at the moon.",
      "",
    ].join("\n"),
  );
});

test("whatever a skill says, its text gives the same back and is valid", () => {
  fc.assert(
    fc.property(anySkill(), (skill) => {
      const text = formatSkill(skill);
      expect(parseSkill(text)).toEqual(skill);
      expect(problemsOfSkill(text, skill.name)).toEqual([]);
      expect(problemsOfSkill(skill, skill.name)).toEqual([]);
    }),
    { numRuns: 500 },
  );
});

test("every reader of YAML finds the same texts in the front matter, by the rules of 1.1 and of 1.2", () => {
  fc.assert(
    fc.property(anySkill(), (skill) => {
      const frontMatter = formatSkill(skill).split("\n---\n")[0]?.slice("---\n".length) ?? "";
      for (const version of ["1.1", "1.2"] as const) {
        expect(parse(frontMatter, { version })).toMatchObject({ name: skill.name, description: skill.description });
      }
    }),
  );
});

test("nothing in the front matter is what readers of YAML treat differently", () => {
  const description = "a\tb\u0085c\u2028d\u2029e\ufefff\u007fg\uffffh";
  const text = formatSkill({ ...tides, description });
  expect(text).toContain('description: "a\\tb\\u0085c\\u2028d\\u2029e\\ufefff\\u007fg\\uffffh"');
  expect(parseSkill(text).description).toBe(description);
  expect(formatSkill({ ...tides, description: "=" })).toContain('description: "="');
  expect(formatSkill({ ...tides, metadata: { "=": "x" } })).toContain('"=": x');
});

describe("a file of somebody else is read", () => {
  test("with the line ends of Windows and a byte order mark", () => {
    expect(parseSkill("\ufeff---\r\nname: tides\r\ndescription: Tides.\r\n---\r\n\r\n# Tides\r\n\r\nMoon\r\n")).toEqual({
      name: "tides",
      description: "Tides.",
      body: "# Tides\r\n\r\nMoon",
    });
  });

  test("without an empty line before the body, without a body, with spaces after the lines of ---", () => {
    expect(parseSkill("---\nname: a\ndescription: b\n---\n# A").body).toBe("# A");
    expect(parseSkill("---  \nname: a\ndescription: b\n---  ").body).toBe("");
  });

  test("with lines of --- in its body", () => {
    expect(parseSkill("---\nname: a\ndescription: b\n---\nx\n---\ny\n").body).toBe("x\n---\ny");
  });

  test("with text on several lines, and values that look like numbers", () => {
    const text = "---\nname: 2026\ndescription: >-\n  One\n  and two\nmetadata:\n  version: 1.0\n  draft: yes\n---\n";
    expect(parseSkill(text)).toEqual({ name: "2026", description: "One and two", metadata: { version: "1.0", draft: "yes" }, body: "" });
  });

  test("without the fields that the format does not have", () => {
    expect(parseSkill("---\nname: a\ndescription: b\ncolour: red\n---\n")).toEqual({ name: "a", description: "b", body: "" });
  });
});

test.each([
  ["nothing at all", "", "must begin with front matter"],
  ["a body alone", "# Tides\n", "must begin with front matter"],
  ["front matter that does not end", "---\nname: a\n", "must begin with front matter"],
  ["front matter that is not YAML", "---\nname: a\ndescription: one: two\n---\n", "the front matter is not YAML: Nested mappings"],
  ["front matter that says a thing twice", "---\nname: a\nname: b\n---\n", "the front matter is not YAML: Map keys must be unique"],
  ["empty front matter", "---\n---\nx\n---\n", "must have a name and a description"],
  ["front matter that is a list", "---\n- name\n---\n", "must have a name and a description"],
])("%s is refused", (_, text, message) => {
  expect(() => parseSkill(text)).toThrowError(
    expect.objectContaining({ code: "INVALID_INPUT", message: expect.stringContaining(message) }),
  );
});
