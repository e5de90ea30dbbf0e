import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { anyText } from "../testing/any-skill.ts";
import { isSkillName, numberedName, skillName } from "./skill-name.ts";

test.each([
  ["Reading tide tables", "reading-tide-tables"],
  ["  C++ & Rust:  don't panic! ", "c-rust-dont-panic"],
  ["Über Œuvres straße", "uber-oeuvres-strasse"],
  ["already-a-name", "already-a-name"],
  ["../../etc/passwd", "etc-passwd"],
  ["Release v1.2", "release-v1-2"],
])("the name of %j is %s", (text, name) => {
  expect(skillName(text)).toBe(name);
});

test("any text has a valid name, the same every time, which is its own name", () => {
  fc.assert(
    fc.property(fc.oneof(anyText(200), fc.string({ unit: "binary", maxLength: 200 }), fc.lorem({ maxCount: 30 })), (text) => {
      const name = skillName(text);
      expect(isSkillName(name)).toBe(true);
      expect(skillName(text)).toBe(name);
      expect(skillName(name)).toBe(name);
    }),
  );
});

test("texts without a Latin letter have names that differ", () => {
  expect(skillName("潮汐表")).toMatch(/^skill-[0-9a-f]{8}$/);
  expect(skillName("潮汐表")).not.toBe(skillName("月相"));
  expect(skillName("")).toMatch(/^skill-/);
});

test("a long text is cut between two words, or within the first when that is all", () => {
  expect(skillName("how to read the tide tables of every harbour between Hamburg and Cuxhaven")).toBe(
    "how-to-read-the-tide-tables-of-every-harbour-between-hamburg-and",
  );
  expect(skillName("a ".repeat(100))).toBe(`${"a-".repeat(31)}a`);
  expect(skillName("x".repeat(100))).toBe("x".repeat(64));
});

describe("no name is one that a system reserves:", () => {
  test.each([
    ["NUL", "nul-skill"],
    ["com1", "com1-skill"],
    ["console", "console"],
    ["The Claude API", "the-api"],
  ])("%s becomes %s", (text, name) => {
    expect(skillName(text)).toBe(name);
  });
});

test("a numbered name is valid, and differs from number to number", () => {
  expect(numberedName("tides", 1)).toBe("tides");
  expect(numberedName("tides", 2)).toBe("tides-2");
  const long = `${"abcdefg-".repeat(7)}abcdefgh`;
  expect(numberedName(long, 10)).toBe(`${"abcdefg-".repeat(6)}abcdefg-10`);
  fc.assert(
    fc.property(anyText(200).map(skillName), fc.integer({ min: 1, max: 10_000 }), (name, n) => {
      expect(isSkillName(numberedName(name, n))).toBe(true);
      expect(numberedName(name, n + 1)).not.toBe(numberedName(name, n));
    }),
  );
});
