import type { ClarifyQuestion, JsonObject } from "@skill-fleet/core";
import type { Skill } from "../skill/skill.ts";

/** What the author wants to know before it plans; no questions when the task says enough. */
export type Understanding = { questions: ClarifyQuestion[] };

/** What the skill is to be about: the task, and what the person answered, in whatever form they did. */
export type Brief = { taskDescription: string; answers: JsonObject };

/** What the skill will be, for the person to agree to. */
export type SkillPlan = {
  /** A valid name of a skill. */
  name: string;
  title: string;
  /** The description of the skill, within its limit. */
  description: string;
  /** The sections of the body, in order. */
  outline: string[];
};

/** A skill that the person has yet to accept. */
export type SkillDraft = { skill: Skill };

/**
 * Who writes a skill, step by step.
 *
 * What the steps take and give are plain JSON values: whoever calls keeps them between the steps,
 * across restarts. An author remembers nothing itself. Each step stops early, with the reason of its
 * signal, when that is aborted.
 *
 * Every step may throw an `AuthorError`; whether to try again stands in it.
 */
export interface SkillAuthor {
  /** Who it is, for people: a model and where it runs, or that there is no model. */
  readonly name: string;
  /** Asks what the task leaves open. */
  understand(taskDescription: string, signal: AbortSignal): Promise<Understanding>;
  /** Plans the skill. */
  plan(brief: Brief, signal: AbortSignal): Promise<SkillPlan>;
  /** Writes the skill as planned; it has the name of the plan and is valid. */
  write(brief: Brief, plan: SkillPlan, signal: AbortSignal): Promise<SkillDraft>;
  /** Writes the skill anew as the person wants it; it is valid, and may have another name. */
  revise(brief: Brief, plan: SkillPlan, draft: SkillDraft, feedback: string, signal: AbortSignal): Promise<SkillDraft>;
}
