export type { Brief, SkillAuthor, SkillDraft, SkillPlan, Understanding } from "./author/author.ts";
export { templateAuthor } from "./author/template/template-author.ts";
export { type SavedSkill, saveSkill } from "./save/save-skill.ts";
export { type Skill, skillFileName, skillLimits } from "./skill/skill.ts";
export { skillName } from "./skill/skill-name.ts";
export { problemsOfSkill } from "./skill/skill-problems.ts";
export { formatSkill, parseSkill } from "./skill/skill-text.ts";
