import { defineJob } from "@skill-fleet/client/define-job";
import { z } from "zod";

/** The parts of the work, in order; the job's `currentPhase` is one of them. */
export type SkillCreationPhase = "understand" | "plan" | "write" | "validate" | "save";

const author = z.string().describe("Who asks: a model and where it runs, or that there is none.");

const questions = z.array(
  z.object({
    text: z.string(),
    options: z.array(z.string()).describe("What to choose from; empty when the answer is free text."),
    allows_multiple: z.boolean(),
    rationale: z.string().nullable().describe("Why it is asked."),
  }),
);

const plan = z.object({
  name: z.string(),
  title: z.string(),
  description: z.string(),
  outline: z.array(z.string()).describe("The sections of the skill, in order."),
});

const draft = {
  name: z.string(),
  text: z.string().describe("The whole text of the SKILL.md."),
};

/** What may be said to a proposal. Whatever else is in a response is left alone. */
const decision = z.object({
  action: z.enum(["proceed", "revise", "cancel"]),
  feedback: z.string().optional().describe("What to change, in your own words."),
});

/**
 * The built-in job: writes a skill for AI agents with a person in the loop, and saves it as
 * `<root>/<name>/SKILL.md`. A job that is created without a type is one of these.
 *
 * The task is `input.taskDescription`, else the job's own `taskDescription`, else a default one; the input
 * may be absent. `{"answer": "yes"}` is a good answer to everything that it asks.
 */
export const skillCreation = defineJob({
  type: "skill_creation",
  input: z.object({ taskDescription: z.string().optional() }).nullish(),
  result: z.object({
    name: z.string().describe("The name of the skill, as it was saved."),
    path: z.string().describe("The path of its SKILL.md on the machine of the worker."),
    author: z.string().describe("Who wrote it."),
  }),
  prompts: {
    /** What the task leaves open. Any object is an answer; its fields go to the author as they are. */
    clarify: { data: z.object({ author, questions }) },
    /** What the skill will be. */
    confirm: { data: z.object({ author, plan }), response: decision },
    /** The whole skill, before it is saved. */
    preview: { data: z.object({ author, ...draft }), response: decision },
    /** A skill that the format refuses, and that the author could not repair by itself. */
    validate: { data: z.object({ author, ...draft, problems: z.array(z.string()) }), response: decision },
  },
});
