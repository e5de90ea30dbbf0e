import { readdir, readFile, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Persistence } from "@skill-fleet/core";
import { createTestDatabase } from "@skill-fleet/core/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { AuthorError } from "../author/author-error.ts";
import { templateAuthor } from "../author/template/template-author.ts";
import { problemsOfSkill } from "../skill/skill-problems.ts";
import { countingAuthor } from "../testing/counting-author.ts";
import { fails, says } from "../testing/model-server.ts";
import { secretKey, startModelUnderTest } from "../testing/model-under-test.ts";
import { openSkillFleet } from "../testing/skill-fleet.ts";
import { defaultTask } from "./create-skill.ts";

/** What the deployment checklist answers. */
const yes = { answer: "yes", confidence: 0.9 };
const taskDescription = "Write a skill about tides";

let database: Awaited<ReturnType<typeof createTestDatabase>>;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database[Symbol.asyncDispose]());

const engines: { name: string; persistence: () => Persistence }[] = [
  { name: "in memory", persistence: () => ({ kind: "memory" }) },
  { name: "on PostgreSQL", persistence: () => ({ kind: "server", url: database.url }) },
];

describe.each(engines)("the built-in job $name", ({ persistence }) => {
  const open = () => openSkillFleet(persistence());

  test('asks three times, takes {"answer": "yes"} every time, and saves the skill', async () => {
    await using skills = await open();
    await skills.work(templateAuthor());
    const jobId = await skills.create({ taskDescription });
    const clarify = await skills.answer(jobId, "clarify", yes);
    const confirm = await skills.answer(jobId, "confirm", yes);
    const preview = await skills.answer(jobId, "preview", yes);

    const job = await skills.ended(jobId);
    const path = join(skills.skillsRoot, "tides", "SKILL.md");
    expect(job).toMatchObject({
      status: "completed",
      result: { name: "tides", path, author: "Template author (no model)" },
      progressPercent: 100,
    });
    const text = await readFile(path, "utf8");
    expect(problemsOfSkill(text, "tides")).toEqual([]);
    expect(text).toContain(`job_id: ${jobId}`);
    expect(text).toContain("- Answer: yes\n- Confidence: 0.9\n");

    for (const { body } of [clarify, confirm, preview]) expect(body).toContain("Template author (no model)");
    expect(clarify.body).toContain("3. What must it never do, or get wrong?");
    expect(clarify.data).toMatchObject({ questions: [{ text: expect.stringContaining("tides") }, {}, {}] });
    expect(confirm).toMatchObject({ title: "Write the skill “tides” as planned?", data: { plan: { name: "tides", title: "Tides" } } });
    expect(confirm.body).toContain("- What is known");
    expect(preview.data).toMatchObject({ name: "tides", text: expect.stringContaining("## Before you finish") });
    expect(preview.body).toContain((preview.data as { text: string }).text);

    const updates = (await skills.fleet.jobs.events(jobId)).filter(({ kind }) => kind === "updated").map(({ data }) => data);
    expect(updates).toMatchObject([
      { currentPhase: "understand", progressPercent: 5, progressMessage: "Reading the task" },
      { currentPhase: "plan", progressPercent: 25 },
      { currentPhase: "write", progressPercent: 50 },
      { currentPhase: "validate", progressPercent: 80 },
      { currentPhase: "save", progressPercent: 90 },
    ]);
    expect(skills.logger.messages("error")).toEqual([]);
    expect(skills.logger.messages("warn")).toEqual([]);
  });

  test("plans anew with the feedback until the plan is accepted, and keeps all of it in mind", async () => {
    await using skills = await open();
    const { author, calls } = countingAuthor();
    await skills.work(author);
    const jobId = await skills.create({ taskDescription });
    await skills.answer(jobId, "clarify", yes);
    await skills.answer(jobId, "confirm", { action: "revise", feedback: "Think of spring tides" });
    await skills.answer(jobId, "confirm", { answer: "no", feedback: "And of neap tides" });
    await skills.answer(jobId, "confirm", { action: "approve" });
    const preview = await skills.answer(jobId, "preview", yes);
    expect(preview.body).toContain("- Changes to the plan: Think of spring tides; And of neap tides");
    expect(await skills.ended(jobId)).toMatchObject({ status: "completed" });
    expect(calls).toEqual(["understand", "plan", "plan", "plan", "write"]);
  });

  test("revises the draft with the feedback until it is accepted, and saves what was shown last", async () => {
    await using skills = await open();
    const { author, calls } = countingAuthor();
    await skills.work(author);
    const jobId = await skills.create({ taskDescription });
    await skills.answer(jobId, "clarify", yes);
    await skills.answer(jobId, "confirm", yes);
    await skills.answer(jobId, "preview", { action: "revise", feedback: "Mention the moon" });
    await skills.answer(jobId, "preview", { action: "revise" });
    const last = await skills.answer(jobId, "preview", yes);
    expect(last.body).toContain("- Mention the moon\n- Look it over again: nothing was said about what to change.\n");
    await skills.ended(jobId);
    const saved = await readFile(join(skills.skillsRoot, "tides", "SKILL.md"), "utf8");
    expect(saved.replace(/ {2}job_id: .*\n/, "")).toBe((last.data as { text: string }).text);
    expect(calls).toEqual(["understand", "plan", "write", "revise", "revise"]);
  });

  test.each(["confirm", "preview"])(
    "that is cancelled at %s ends as cancelled with the reason, saves nothing, and asks again after a retry",
    async (at) => {
      await using skills = await open();
      const { author, calls } = countingAuthor();
      await skills.work(author);
      const jobId = await skills.create({ taskDescription });
      await skills.answer(jobId, "clarify", yes);
      if (at === "preview") await skills.answer(jobId, "confirm", yes);
      await skills.answer(jobId, at, { action: "cancel", feedback: "not now" });
      const job = await skills.ended(jobId);
      expect(job).toMatchObject({
        status: "cancelled",
        attempt: 1,
        error: expect.stringMatching(/^The \w+ was turned down: not now$/),
      });
      expect(await readdir(skills.skillsRoot)).toEqual([]);

      const before = [...calls];
      await skills.fleet.jobs.retry(jobId);
      if (at === "confirm") await skills.answer(jobId, "confirm", yes);
      await skills.answer(jobId, "preview", yes);
      expect(await skills.ended(jobId)).toMatchObject({ status: "completed" });
      expect(calls).toEqual(at === "confirm" ? [...before, "write"] : before);
      // The second attempt says where it is, though it has the work of the first.
      const phases = (await skills.fleet.jobs.events(jobId)).flatMap(({ data }) => data["currentPhase"] ?? []);
      expect(phases).toEqual(
        at === "confirm"
          ? ["understand", "plan", "understand", "plan", "write", "validate", "save"]
          : ["understand", "plan", "write", "understand", "plan", "write", "validate", "save"],
      );
    },
  );

  test("goes on with another worker after every prompt, and no step of the author runs twice", async () => {
    await using skills = await open();
    const { author, calls } = countingAuthor();
    const jobId = await skills.create({ taskDescription });
    const answers = [
      ["clarify", yes],
      ["confirm", { action: "revise", feedback: "shorter" }],
      ["confirm", yes],
      ["preview", { action: "revise", feedback: "longer" }],
      ["preview", yes],
    ] as const;
    for (const [type, response] of answers) {
      const worker = await skills.work(author);
      await skills.asked(jobId, type);
      await worker.stop();
      await skills.answer(jobId, type, response);
    }
    await skills.work(author);
    expect(await skills.ended(jobId)).toMatchObject({ status: "completed", attempt: 1 });
    expect(calls).toEqual(["understand", "plan", "plan", "write", "revise"]);
    const updates = (await skills.fleet.jobs.events(jobId, { limit: 100 })).filter(({ kind }) => kind === "updated");
    expect(updates).toHaveLength(7);
  });
});

describe("the task", () => {
  test.each([
    [
      "is that of the input",
      { input: { taskDescription: "Write a skill about moons", more: 1 }, taskDescription },
      "Write a skill about moons",
    ],
    ["is the job's own when the input has none", { input: { taskDescription: " " }, taskDescription }, taskDescription],
    ["is a default one when nothing has any", {}, defaultTask],
  ])("%s", async (_, job, task) => {
    await using skills = await openSkillFleet();
    await skills.work(templateAuthor());
    const prompt = await skills.asked(await skills.create(job), "clarify");
    expect(prompt.body).toContain(`The task: ${task}\n`);
  });

  test("that says enough is not asked about", async () => {
    await using skills = await openSkillFleet();
    await skills.work(countingAuthor({ understand: async () => ({ questions: [] }) }).author);
    await skills.asked(await skills.create(), "confirm");
  });

  test("in an input of another shape fails the job at once", async () => {
    await using skills = await openSkillFleet();
    await skills.work(templateAuthor());
    const job = await skills.ended(await skills.create({ input: "tides" }));
    expect(job).toMatchObject({ status: "failed", attempt: 1, error: expect.stringContaining("The input is not of the defined shape") });
  });
});

test("the answers of a form stand in the skill under their questions", async () => {
  await using skills = await openSkillFleet();
  await skills.work(templateAuthor());
  const jobId = await skills.create({ taskDescription });
  await skills.answer(jobId, "clarify", { answers: [{ question: "For whom?", answer: ["Sailors", "Surfers"] }], note: "short" });
  await skills.answer(jobId, "confirm", yes);
  const preview = await skills.asked(jobId, "preview");
  expect(preview.body).toContain("- Note: short\n- For whom?: Sailors; Surfers\n");
});

describe("a skill that the format refuses", () => {
  const invalid = { skill: { name: "tides", description: "", body: "# Tides" } };
  const valid = { skill: { ...invalid.skill, description: "Reads tide tables." } };

  test("is repaired by the author before anybody sees it", async () => {
    await using skills = await openSkillFleet();
    const asked: string[] = [];
    const { author } = countingAuthor({
      write: async () => invalid,
      revise: async (_brief, _plan, _draft, feedback) => {
        asked.push(feedback);
        return valid;
      },
    });
    await skills.work(author);
    const jobId = await skills.create({ taskDescription });
    for (const type of ["clarify", "confirm", "preview"]) await skills.answer(jobId, type, yes);
    expect(await skills.ended(jobId)).toMatchObject({ status: "completed" });
    expect(asked).toEqual([expect.stringContaining("- description must have 1 to 1024 characters")]);
  });

  test("and that the author could not repair is asked about, takes yes too, and is shown again before it is saved", async () => {
    await using skills = await openSkillFleet();
    let revisions = 0;
    const { author } = countingAuthor({ write: async () => invalid, revise: async () => (++revisions < 3 ? invalid : valid) });
    await skills.work(author);
    const jobId = await skills.create({ taskDescription });
    for (const type of ["clarify", "confirm", "preview"]) await skills.answer(jobId, type, yes);
    const validate = await skills.answer(jobId, "validate", yes);
    expect(validate).toMatchObject({
      data: { problems: [expect.stringMatching(/^description must/)], text: expect.stringContaining("# Tides") },
    });
    expect(validate.body).toContain("- description must have 1 to 1024 characters");
    const preview = await skills.answer(jobId, "preview", yes);
    expect(preview.body).toContain("Reads tide tables.");
    expect(await skills.ended(jobId)).toMatchObject({ status: "completed" });
  });

  test("and that somebody gives up ends the job", async () => {
    await using skills = await openSkillFleet();
    await skills.work(countingAuthor({ write: async () => invalid, revise: async () => invalid }).author);
    const jobId = await skills.create({ taskDescription });
    for (const type of ["clarify", "confirm", "preview"]) await skills.answer(jobId, type, yes);
    await skills.answer(jobId, "validate", { answer: "stop" });
    expect(await skills.ended(jobId)).toMatchObject({ status: "cancelled", error: "The draft was turned down." });
  });
});

describe("an author", () => {
  test("that fails for now is asked again, and only for what it has not done", async () => {
    await using skills = await openSkillFleet();
    let failures = 0;
    const { author, calls } = countingAuthor({
      plan: async (brief, signal) => {
        failures += 1;
        if (failures < 3) throw new AuthorError("rate_limited", "No more for now.", 1);
        return templateAuthor().plan(brief, signal);
      },
    });
    await skills.work(author);
    const jobId = await skills.create({ taskDescription });
    await skills.answer(jobId, "clarify", yes);
    await skills.asked(jobId, "confirm");
    expect(await skills.fleet.jobs.get(jobId)).toMatchObject({ attempt: 3 });
    expect(calls).toEqual(["understand", "plan", "plan", "plan"]);
  });

  test("that wants to be left alone for a year is asked again after a day", async () => {
    await using skills = await openSkillFleet();
    const understand = async () => Promise.reject(new AuthorError("unavailable", "Closed.", 365 * 86_400_000));
    await skills.work(countingAuthor({ understand }).author);
    const job = await skills.until(await skills.create(), ({ attempt }) => attempt === 2);
    expect(Number(job.availableAt) - Number(job.updatedAt)).toBe(86_400_000);
  });

  test("that will never do it fails the job at once, with its reason", async () => {
    await using skills = await openSkillFleet();
    const understand = async () => Promise.reject(new AuthorError("refused", "Check the API key."));
    await skills.work(countingAuthor({ understand }).author);
    expect(await skills.ended(await skills.create())).toMatchObject({ status: "failed", attempt: 1, error: "Check the API key." });
  });
});

test("a place that leads out of the root fails the job at once, and what is there stays", async () => {
  await using skills = await openSkillFleet();
  await symlink(tmpdir(), join(skills.skillsRoot, "tides"));
  await skills.work(templateAuthor());
  const jobId = await skills.create({ taskDescription });
  for (const type of ["clarify", "confirm", "preview"]) await skills.answer(jobId, type, yes);
  expect(await skills.ended(jobId)).toMatchObject({
    status: "failed",
    attempt: 1,
    error: expect.stringContaining("leads out of the root"),
  });
});

test("a model writes the skill, fails in the midst of it, and nobody sees its key", async () => {
  await using skills = await openSkillFleet();
  await using model = await startModelUnderTest({ maxRetries: 0 });
  const plan = { name: "tides", title: "Tides", description: "Reads tide tables.", outline: ["Tables"] };
  const file = (line: string) => `---\nname: tides\ndescription: Reads tide tables.\n---\n\n# Tides\n\n${line}\n`;
  model.server.next(
    says(JSON.stringify({ questions: ["For whom?"] })),
    fails(429, `Too many with ${secretKey}`, { headers: { "retry-after": "0" } }),
    says(JSON.stringify(plan)),
    says(file("Look at the moon.")),
    says(file("Look at the sea.")),
  );
  await skills.work(model.author);
  const jobId = await skills.create({ taskDescription });
  const clarify = await skills.answer(jobId, "clarify", yes);
  expect(clarify).toMatchObject({
    title: "A question before the skill is planned",
    body: expect.stringContaining(`Asked by: ${model.author.name}`),
  });
  await skills.answer(jobId, "confirm", yes);
  await skills.answer(jobId, "preview", { action: "revise", feedback: "The sea, not the moon" });
  await skills.answer(jobId, "preview", yes);
  const job = await skills.ended(jobId);
  expect(job).toMatchObject({ status: "completed", attempt: 2, result: { name: "tides", author: model.author.name } });
  expect(await readFile(join(skills.skillsRoot, "tides", "SKILL.md"), "utf8")).toContain("Look at the sea.");
  expect(model.server.requests).toHaveLength(5);
  expect(model.server.requests[4]?.body.messages[1]?.content).toContain("The sea, not the moon");
  const told = JSON.stringify([job, await skills.fleet.jobs.events(jobId, { limit: 100 }), skills.logger.lines]);
  expect(told).not.toContain(secretKey);
});
