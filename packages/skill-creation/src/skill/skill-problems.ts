import type { InputProblem } from "@skill-fleet/core";
import { type Skill, skillLimits } from "./skill.ts";
import { isSkillName } from "./skill-name.ts";
import { readSkill } from "./skill-text.ts";

/**
 * Lists what the public format would refuse; empty when the skill is valid. Never throws.
 *
 * @param skill the skill, or the text of its `SKILL.md`
 * @param folderName the name of the folder that it is in. Default: not checked
 */
export function problemsOfSkill(skill: Skill | string, folderName?: string): InputProblem[] {
  const reading = typeof skill === "string" ? readSkill(skill) : { skill, problems: [] };
  const problems = [...reading.problems];
  if (reading.skill === undefined) return problems;
  const { name, description, compatibility } = reading.skill;
  const report = (path: string, message: string) => problems.push({ path: [path], message });
  if (!isSkillName(name)) {
    report("name", `must have 1 to ${skillLimits.name} characters: lowercase letters, digits, and single hyphens between them`);
  }
  if (folderName !== undefined && name !== folderName) {
    report("name", `must be the name of its folder, which is ${JSON.stringify(folderName)}`);
  }
  if (description.trim() === "" || lengthOf(description) > skillLimits.description) {
    report("description", `must have 1 to ${skillLimits.description} characters, not only spaces`);
  }
  if (compatibility !== undefined && (compatibility.trim() === "" || lengthOf(compatibility) > skillLimits.compatibility)) {
    report("compatibility", `must have 1 to ${skillLimits.compatibility} characters, or be absent`);
  }
  for (const [path, text] of textsOf(reading.skill)) {
    if (!text.isWellFormed()) problems.push({ path, message: "contains half of a surrogate pair, which no file can carry" });
  }
  return problems;
}

function textsOf({ metadata = {}, ...texts }: Skill): [string[], string][] {
  const entries = Object.entries(metadata).flatMap(([key, value]): [string[], string][] => [[["metadata", key], `${key}\n${value}`]]);
  return [...Object.entries(texts).map(([key, text]): [string[], string] => [[key], text]), ...entries];
}

/** How many Unicode code points a text has. */
function lengthOf(text: string): number {
  return [...text].length;
}
