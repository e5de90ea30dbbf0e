import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { jsonIn } from "./find-json.ts";
import { readPlan, readUnderstanding, readWritten } from "./read-reply.ts";

const plan = { name: "tides", title: "Tides", description: "Reads {tide} tables.", outline: ["A", "B"] };
const asJson = JSON.stringify(plan, null, 2);

test.each([
  ["alone", asJson],
  ["in a code fence", `\`\`\`json\n${asJson}\n\`\`\``],
  ["in a code fence within prose", `Here is the plan:\n\n\`\`\`\n${asJson}\n\`\`\`\n\nShall I go on?`],
  ["within prose", `Sure! ${asJson} I hope {this} helps.`],
  ["after prose with braces", `I use {braces} and [brackets]. ${asJson}`],
  ["after another object", `{"thought": "a plan"}\n${asJson}`],
  ["after what the model thought aloud", `<think>\n{"name": "draft"}\n</think>\n\n${asJson}`],
])("JSON is found %s", (_, reply) => {
  expect(readPlan(reply)).toEqual({ value: plan });
});

test("any JSON object is found within any prose that has no braces", () => {
  const prose = fc.string().map((text) => text.replace(/[{}[\]"`]/g, ""));
  fc.assert(
    fc.property(prose, fc.dictionary(fc.string(), fc.jsonValue()), prose, (before, value, after) => {
      const [found] = jsonIn(`${before}${JSON.stringify(value)}${after}`);
      expect(JSON.stringify(found)).toBe(JSON.stringify(value));
    }),
  );
});

test("a reply of nothing but braces takes no time", () => {
  expect(readPlan("{".repeat(400_000))).toEqual({ problem: "There is no JSON object in it." });
});

test("a person is asked five questions at most", () => {
  const questions = Array.from({ length: 9 }, (_, i) => ({ text: `Question ${i}?` }));
  expect(readUnderstanding(JSON.stringify({ questions }))).toMatchObject({ value: { questions: { length: 5 } } });
});

describe("a skill is found", () => {
  const skill = { name: "tides", description: "Reads tide tables.", body: "# Tides\n\n```sh\ntide\n```\n\nDone." };
  const text = `---\nname: tides\ndescription: Reads tide tables.\n---\n\n${skill.body}\n`;

  test.each([
    ["alone", text],
    ["with space around it", `\n\n${text}\n\n`],
    ["in a code fence", `\`\`\`markdown\n${text}\`\`\``],
    ["in a longer code fence", `\`\`\`\`md\n${text}\`\`\`\``],
    ["after prose", `Here it is:\n\n${text}`],
    ["in a code fence within prose", `Here it is:\n\n\`\`\`markdown\n${text}\`\`\`\n\nShall I go on?`],
    ["after what the model thought aloud", `<thinking>\n---\nhm\n---\n</thinking>\n${text}`],
  ])("%s", (_, reply) => {
    expect(readWritten(reply)).toEqual({ value: skill });
  });

  test("with a name that is none, which becomes one", () => {
    expect(readWritten(text.replace("name: tides", "name: High Tides"))).toMatchObject({ value: { name: "high-tides" } });
  });
});
