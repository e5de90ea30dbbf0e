/**
 * What a `SKILL.md` says: how an agent finds the skill, and the instructions that it then follows.
 *
 * A plain JSON value. The fields are those of the public Agent Skills format
 * (agentskills.io/specification); {@link skillLimits} has their limits.
 */
export type Skill = {
  /** How the skill is called; the folder that it is in has the same name. */
  name: string;
  /** What the skill does and when to use it: all that an agent reads before it decides. */
  description: string;
  /** The name of a license, or of the file that has it. Absent: nothing is said. */
  license?: string;
  /** What the skill needs around it: a product, programs, a network. Absent: nothing in particular. */
  compatibility?: string;
  /** Whatever else somebody wants to remember. Absent and empty are the same. */
  metadata?: { [key: string]: string };
  /** The tools that may be used without asking, with spaces between them. Absent: none. */
  allowedTools?: string;
  /** The instructions, in Markdown. */
  body: string;
};

/** The name of the file that makes a folder a skill. */
export const skillFileName = "SKILL.md";

/** How many characters a field may have. What is counted are Unicode code points, as Python counts them. */
export const skillLimits = { name: 64, description: 1024, compatibility: 500 } as const;
