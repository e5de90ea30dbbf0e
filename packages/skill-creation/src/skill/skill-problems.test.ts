import { expect, test } from "vitest";
import type { Skill } from "./skill.ts";
import { problemsOfSkill } from "./skill-problems.ts";

const tides: Skill = { name: "tides", description: "Reads tide tables.", body: "" };
const pathsOf = (skill: Skill | string, folderName?: string) => problemsOfSkill(skill, folderName).map(({ path }) => path.join("."));

test.each(["", "Tides", "high tide", "-tides", "tides-", "high--tide", "tides/..", "..", "gezeiten-für-alle", "tides\n"])(
  "%j is not a name",
  (name) => {
    expect(problemsOfSkill({ ...tides, name })).toEqual([{ path: ["name"], message: expect.stringContaining("1 to 64 characters") }]);
  },
);

test.each(["a", "7", "high-tide", "2026-01-31"])("%j is a name", (name) => {
  expect(problemsOfSkill({ ...tides, name }, name)).toEqual([]);
});

test("a limit is reached by its last character, and passed by the next", () => {
  for (const [field, limit] of [["name", 64] as const, ["description", 1024] as const, ["compatibility", 500] as const]) {
    expect(pathsOf({ ...tides, [field]: "a".repeat(limit) })).toEqual([]);
    expect(pathsOf({ ...tides, [field]: "a".repeat(limit + 1) })).toEqual([field]);
  }
});

test("an emoji counts as one character for each of its code points", () => {
  expect(pathsOf({ ...tides, description: "🌊".repeat(1024) })).toEqual([]);
  expect(pathsOf({ ...tides, description: "🌊".repeat(1025) })).toEqual(["description"]);
});

test("what is only spaces is empty", () => {
  expect(pathsOf({ ...tides, description: " \n\t" })).toEqual(["description"]);
  expect(pathsOf({ ...tides, compatibility: " " })).toEqual(["compatibility"]);
});

test("the folder has another name", () => {
  expect(problemsOfSkill(tides, "moon")).toEqual([{ path: ["name"], message: 'must be the name of its folder, which is "moon"' }]);
});

test("half of a surrogate pair is found wherever it is, for no file can carry it", () => {
  const skill = { ...tides, description: "a\ud83d", body: "\ude00", metadata: { ok: "x", bad: "\ud83d" } };
  expect(pathsOf(skill)).toEqual(["description", "body", "metadata.bad"]);
});

test("of a text every problem is listed at once, also those of its shape", () => {
  expect(pathsOf("---\nname: High Tide\ncolour: red\nlicense: [MIT]\nmetadata:\n  a: {}\n---\n", "tides")).toEqual([
    "colour",
    "license",
    "metadata.a",
    "name",
    "name",
    "description",
  ]);
  expect(pathsOf("---\nname: tides\ndescription: x\nmetadata: y\n---\n")).toEqual(["metadata"]);
});

test("a text that cannot be read has one problem, and throws nothing", () => {
  expect(problemsOfSkill("# Tides")).toEqual([{ path: [], message: expect.stringContaining("front matter") }]);
});
