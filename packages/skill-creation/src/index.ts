export { type SavedSkill, saveSkill } from "./save/save-skill.ts";
export { type Skill, skillFileName, skillLimits } from "./skill/skill.ts";
export { skillName } from "./skill/skill-name.ts";
export { problemsOfSkill } from "./skill/skill-problems.ts";
export { formatSkill, parseSkill } from "./skill/skill-text.ts";
