import { z } from "zod";
import { type Skill, skillLimits } from "../../skill/skill.ts";
import { skillName } from "../../skill/skill-name.ts";
import { problemsOfSkill } from "../../skill/skill-problems.ts";
import { readSkill } from "../../skill/skill-text.ts";
import type { SkillPlan, Understanding } from "../author.ts";
import { jsonIn } from "./find-json.ts";

/** A person is asked no more than this, however curious the model is. */
const maxQuestions = 5;

/** What a reply says, or why it says nothing that can be used, in words that the model can act on. */
export type Reading<T> = { readonly value: T } | { readonly problem: string };

/** Text that can be stored: JSON may have escapes for what no database keeps. */
const text = z.string().transform((value) => value.replaceAll("\u0000", "").toWellFormed().trim());
const line = text.transform((value) => value.replace(/\s+/g, " ")).pipe(z.string().min(1));

const asQuestion = (value: unknown) => (typeof value === "string" ? { text: value } : value);

const question = z.object({
  text: line,
  options: z.array(line).max(10).default([]),
  allows_multiple: z.boolean().default(false),
  rationale: text.nullish().transform((value) => value || null),
});

const understanding = z.object({
  questions: z.array(z.preprocess(asQuestion, question)).transform((questions) => questions.slice(0, maxQuestions)),
});

const plan = z.object({
  name: line.transform(skillName),
  title: line.pipe(z.string().max(200)),
  description: line.pipe(z.string().max(skillLimits.description)),
  outline: z.array(line).min(1).max(30),
});

export function readUnderstanding(reply: string): Reading<Understanding> {
  return readJson(reply, understanding);
}

export function readPlan(reply: string): Reading<SkillPlan> {
  return readJson(reply, plan);
}

/**
 * Reads the text of a `SKILL.md`, also out of a code fence or after a few words. Of the front matter
 * only what describes the skill is taken: no model decides which tools need no permission.
 */
export function readWritten(reply: string): Reading<Skill> {
  let problem: string | undefined;
  for (const candidate of skillTextsIn(withoutThoughts(reply))) {
    const { skill, problems } = readSkill(candidate);
    if (skill === undefined) {
      if (candidate.startsWith("---")) problem ??= problems.map(({ message }) => message).join("; ");
      continue;
    }
    const { name, description, compatibility, body } = skill;
    const written: Skill = {
      name: skillName(name),
      description: description.trim(),
      ...(compatibility === undefined ? {} : { compatibility }),
      body: body.trim(),
    };
    const found = problemsOfSkill(written).map(({ path, message }) => `${path.join(".")}: ${message}`);
    if (written.body === "") found.push("There are no instructions after the front matter.");
    if (found.length === 0) return { value: written };
    problem ??= found.join("; ");
  }
  return { problem: problem ?? "It must be the text of a SKILL.md, which begins with front matter between two lines of ---." };
}

function readJson<T>(reply: string, schema: z.ZodType<T>): Reading<T> {
  let problem: string | undefined;
  for (const value of jsonIn(withoutThoughts(reply))) {
    const result = schema.safeParse(value);
    if (result.success) return { value: result.data };
    problem ??= result.error.issues.map(({ path, message }) => (path.length === 0 ? message : `${path.join(".")}: ${message}`)).join("; ");
  }
  return { problem: problem ?? "There is no JSON object in it." };
}

function* skillTextsIn(reply: string): Generator<string> {
  yield reply;
  // The outermost fence: the skill may have fences of its own.
  const fenced = /(?:^|\n)(`{3,}|~{3,})[\w-]*[ \t]*\n(---\n[\s\S]*)\n\1/.exec(reply)?.[2];
  if (fenced !== undefined) yield fenced;
  const start = reply.indexOf("\n---\n");
  if (start !== -1) yield reply.slice(start + 1);
}

/** A reply without what a reasoning model thought aloud before it. */
function withoutThoughts(reply: string): string {
  return reply.replace(/^\s*<think(?:ing)?>[\s\S]*?<\/think(?:ing)?>/, "").trim();
}
