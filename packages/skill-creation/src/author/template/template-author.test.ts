import type { Json, JsonObject } from "@skill-fleet/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { problemsOfSkill } from "../../skill/skill-problems.ts";
import { formatSkill } from "../../skill/skill-text.ts";
import { anyText } from "../../testing/any-skill.ts";
import { templateAuthor } from "./template-author.ts";
import { topicOf } from "./topic.ts";

const { signal } = new AbortController();
const author = templateAuthor();

async function write(taskDescription: string, answers: JsonObject = {}) {
  const brief = { taskDescription, answers };
  const plan = await author.plan(brief, signal);
  return { brief, plan, draft: await author.write(brief, plan, signal) };
}

test.each([
  ["Write a skill about tides", "tides"],
  ["Please create me a new skill for reading tide tables.", "reading tide tables"],
  ["Build an agent skill that\n  reviews SQL!", "reviews SQL"],
  ["Tide tables", "Tide tables"],
  ["  \n", "the task at hand"],
  ["Write a skill", "the task at hand"],
])("the topic of %j is %j", (task, topic) => {
  expect(topicOf(task)).toBe(topic);
});

test("its name and every skill that it writes say that there is no model", async () => {
  expect(author.name).toMatch(/template.*no model/i);
  const { draft } = await write("Write a skill about tides");
  expect(draft.skill.body).toContain("No model was used");
  expect(draft.skill.metadata).toEqual({ author: author.name });
});

test("it asks two or three questions about the task; whom it is for only when the task does not say", async () => {
  const { questions } = await author.understand("Write a skill about tides", signal);
  expect(questions).toHaveLength(3);
  expect(questions[0]).toMatchObject({ text: expect.stringContaining("tides"), options: expect.arrayContaining(["Both"]) });
  expect((await author.understand("Write a skill about tides for sailors", signal)).questions).toHaveLength(2);
});

test("the plan names the skill after its topic", async () => {
  const { plan } = await write("Write a skill about reading tide tables");
  expect(plan).toMatchObject({ name: "reading-tide-tables", title: "Reading tide tables" });
  expect(plan.description).toContain("reading tide tables");
});

describe("the skill", () => {
  test("has the sections of the plan, the task, and every answer whatever its form", async () => {
    const answers = {
      audience: "sailors",
      answer: "yes",
      confidence: 0.9,
      form: ["a table", "code"],
      more: { tone: "short" },
      nothing: null,
    };
    const { plan, draft } = await write("Write a skill about tides", answers);
    for (const heading of plan.outline) expect(draft.skill.body).toContain(`\n## ${heading}\n`);
    for (const line of [
      "> Write a skill about tides",
      "- Audience: sailors",
      "- Answer: yes",
      "- Confidence: 0.9",
      "- Form: a table; code",
    ]) {
      expect(draft.skill.body).toContain(`\n${line}\n`);
    }
    expect(draft.skill.body).toContain("- More: tone: short");
    expect(draft.skill.body).not.toContain("Nothing:");
  });

  test("is the same for the same words", async () => {
    expect(await write("Write a skill about tides", { a: 1 })).toEqual(await write("Write a skill about tides", { a: 1 }));
  });

  test("is valid whatever the task, the answers and the feedback", async () => {
    await fc.assert(
      fc.asyncProperty(anyText(3_000), fc.dictionary(anyText(20), fc.jsonValue()), anyText(3_000), async (task, answers, feedback) => {
        const { brief, plan, draft } = await write(task, answers as { [key: string]: Json });
        const { skill } = await author.revise(brief, plan, draft, feedback, signal);
        expect(problemsOfSkill(formatSkill(draft.skill), plan.name)).toEqual([]);
        expect(problemsOfSkill(formatSkill(skill), plan.name)).toEqual([]);
      }),
    );
  });

  test("has each round of feedback at its end", async () => {
    const { brief, plan, draft } = await write("Write a skill about tides");
    const once = await author.revise(brief, plan, draft, "Mention\nneap tides", signal);
    const twice = await author.revise(brief, plan, once, "And spring tides", signal);
    expect(twice.skill.body.endsWith("## Changes that were asked for\n\n- Mention neap tides\n- And spring tides")).toBe(true);
    expect(twice.skill.body.startsWith(draft.skill.body)).toBe(true);
  });
});

test("an aborted signal ends every step with its reason", async () => {
  const reason = new Error("cancelled");
  const aborted = AbortSignal.abort(reason);
  const { brief, plan, draft } = await write("x");
  await expect(author.understand("x", aborted)).rejects.toBe(reason);
  await expect(author.plan(brief, aborted)).rejects.toBe(reason);
  await expect(author.write(brief, plan, aborted)).rejects.toBe(reason);
  await expect(author.revise(brief, plan, draft, "x", aborted)).rejects.toBe(reason);
});
