import { describe, expect, test } from "vitest";
import { problemsOfSkill } from "../../skill/skill-problems.ts";
import { replies, says } from "../../testing/model-server.ts";
import { secretKey, startModelUnderTest } from "../../testing/model-under-test.ts";
import type { Brief, SkillDraft, SkillPlan } from "../author.ts";

const { signal } = new AbortController();
const brief: Brief = { taskDescription: "Write a skill about tides", answers: { audience: "sailors" } };
const plan: SkillPlan = { name: "tides", title: "Tides", description: "Reads tide tables.", outline: ["Tables"] };
const written = '---\nname: tides\ndescription: "Reads tide tables: all of them."\n---\n\n# Tides\n\nLook at the moon.\n';
const skill = {
  name: "tides",
  description: "Reads tide tables: all of them.",
  metadata: { author: expect.stringMatching(/^tide-1 at 127\.0\.0\.1:\d+$/) },
  body: "# Tides\n\nLook at the moon.",
};

describe("a model is asked", () => {
  test("what it wants to know, and its questions have their one form", async () => {
    await using model = await startModelUnderTest();
    const questions = [
      { text: " For\nwhom? ", options: ["Sailors", "Surfers"], allows_multiple: true, rationale: "Depth" },
      { text: "Where?" },
      "When?",
    ];
    model.server.next(says(JSON.stringify({ questions })));
    const free = { options: [], allows_multiple: false, rationale: null };
    expect(await model.author.understand(brief.taskDescription, signal)).toEqual({
      questions: [
        { text: "For whom?", options: ["Sailors", "Surfers"], allows_multiple: true, rationale: "Depth" },
        { text: "Where?", ...free },
        { text: "When?", ...free },
      ],
    });
    const [request] = model.server.requests;
    expect(request).toMatchObject({
      path: "/v1/chat/completions",
      authorization: `Bearer ${secretKey}`,
      body: { model: "tide-1", messages: [{ role: "system" }, { role: "user", content: expect.stringContaining(brief.taskDescription) }] },
    });
  });

  test("for a plan, whose name becomes a valid one", async () => {
    await using model = await startModelUnderTest();
    model.server.next(says(JSON.stringify({ ...plan, name: "Reading Tides!" })));
    expect(await model.author.plan(brief, signal)).toEqual({ ...plan, name: "reading-tides" });
    expect(model.server.requests[0]?.body.messages[1]?.content).toContain('"audience": "sailors"');
  });

  test("for the skill, which comes as a stream and keeps the name of the plan", async () => {
    await using model = await startModelUnderTest();
    model.server.next(says(written.replace("name: tides", "name: moon-and-tides")));
    const draft = await model.author.write(brief, plan, signal);
    expect(draft).toEqual({ skill });
    expect(problemsOfSkill(draft.skill)).toEqual([]);
    expect(model.server.requests[0]?.body.stream).toBe(true);
  });

  test("for another version with the feedback, which may rename the skill", async () => {
    await using model = await startModelUnderTest();
    const draft: SkillDraft = {
      skill: { ...plan, compatibility: "Needs a boat", metadata: { version: "1" }, license: "MIT", body: "# Old" },
    };
    model.server.next(says(written.replace("name: tides", "name: moon-and-tides")));
    expect(await model.author.revise(brief, plan, draft, "Call it Moon and tides", signal)).toEqual({
      skill: { ...plan, ...skill, name: "moon-and-tides", license: "MIT", metadata: { ...skill.metadata, version: "1" } },
    });
    const asked = model.server.requests[0]?.body.messages[1]?.content;
    expect(asked).toContain("# Old");
    expect(asked).toContain("Call it Moon and tides");
  });

  test("without a header when the endpoint wants no key", async () => {
    await using model = await startModelUnderTest({ apiKey: "" });
    model.server.next(says('{"questions": []}'));
    expect(await model.author.understand("x", signal)).toEqual({ questions: [] });
    expect(model.server.requests[0]?.authorization).toBeUndefined();
  });
});

test("no model decides which tools need no permission", async () => {
  await using model = await startModelUnderTest();
  model.server.next(says(written.replace("---\n\n", "allowed-tools: Bash\nlicense: none\n---\n\n")));
  expect(await model.author.write(brief, plan, signal)).toEqual({ skill });
});

test("characters that no database keeps do not come through", async () => {
  await using model = await startModelUnderTest();
  model.server.next(says('{"questions": [{"text": "For\\u0000 whom\\ud83d?"}]}'));
  expect(await model.author.understand("x", signal)).toMatchObject({ questions: [{ text: "For whom\ufffd?" }] });
});

describe("a reply that cannot be used", () => {
  test("is returned to the model once, with the reason", async () => {
    await using model = await startModelUnderTest();
    model.server.next(says("Sure, I can do that!"), says(JSON.stringify(plan)));
    expect(await model.author.plan(brief, signal)).toEqual(plan);
    const [first, second] = model.server.requests;
    expect(second?.body.messages).toEqual([
      ...(first?.body.messages ?? []),
      { role: "assistant", content: "Sure, I can do that!" },
      { role: "user", content: expect.stringContaining("There is no JSON object in it.") },
    ]);
  });

  test("says what is wrong with JSON of another shape", async () => {
    await using model = await startModelUnderTest();
    model.server.next(says('{"name": "tides", "title": 7, "description": "x", "outline": []}'), says(JSON.stringify(plan)));
    await model.author.plan(brief, signal);
    expect(model.server.requests[1]?.body.messages.at(-1)?.content).toMatch(/title: .*string.*outline: /s);
  });

  test.each([
    ["no front matter", "# Tides", "It must be the text of a SKILL.md"],
    ["front matter that is not YAML", "---\nname: tides\ndescription: a: b\n---\n# T", "the front matter is not YAML"],
    ["a description that is too long", `---\nname: tides\ndescription: ${"x".repeat(1025)}\n---\n# T`, "description: must have 1 to 1024"],
    ["no instructions", "---\nname: tides\ndescription: x\n---\n", "There are no instructions"],
  ])("says what is wrong with a skill that has %s", async (_, text, reason) => {
    await using model = await startModelUnderTest();
    model.server.next(says(text), says(written));
    expect(await model.author.write(brief, plan, signal)).toEqual({ skill });
    expect(model.server.requests[1]?.body.messages.at(-1)?.content).toContain(reason);
  });

  test("because it was cut off is not taken for a whole one", async () => {
    await using model = await startModelUnderTest();
    model.server.next(says(written, "length"), says(written));
    expect(await model.author.write(brief, plan, signal)).toEqual({ skill });
    expect(model.server.requests[1]?.body.messages.at(-1)?.content).toContain("too long");
  });

  test("because it is empty is asked for again without an empty message", async () => {
    await using model = await startModelUnderTest();
    model.server.next(says(""), says(written));
    expect(await model.author.write(brief, plan, signal)).toEqual({ skill });
    const messages = model.server.requests[1]?.body.messages ?? [];
    expect(messages.map(({ role }) => role)).toEqual(["system", "user"]);
    expect(messages[1]?.content).toContain("It is empty.");
  });

  test("twice is an error that says why, and may pass", async () => {
    await using model = await startModelUnderTest();
    model.server.next(says("nonsense"), says("more nonsense"));
    await expect(model.author.plan(brief, signal)).rejects.toMatchObject({
      name: "AuthorError",
      code: "nonsense",
      retryable: true,
      message: expect.stringMatching(/^tide-1 at 127.* replied twice .*There is no JSON object in it/),
    });
    expect(model.server.requests).toHaveLength(2);
  });
});

test.each([
  ["a page instead of a reply", "text/html", "<!doctype html><title>Welcome</title>"],
  ["JSON of another protocol", "application/json", '{"result": "hello"}'],
  ["JSON that is broken", "application/json", '{"choices": ['],
  ["nothing", "application/json", ""],
])("an endpoint that sends %s is not asked again, and the error names the base URL", async (_, contentType, body) => {
  await using model = await startModelUnderTest();
  model.server.next(replies(contentType, body), replies(contentType, body));
  const error = { code: "nonsense", message: expect.stringContaining("base URL") };
  await expect(model.author.plan(brief, signal)).rejects.toMatchObject(error);
  await expect(model.author.write(brief, plan, signal)).rejects.toMatchObject(error);
  expect(model.server.requests).toHaveLength(2);
});
