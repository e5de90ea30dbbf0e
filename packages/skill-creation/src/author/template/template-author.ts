import type { ClarifyQuestion, Json, JsonObject } from "@skill-fleet/core";
import { skillLimits } from "../../skill/skill.ts";
import { skillName } from "../../skill/skill-name.ts";
import type { SkillAuthor } from "../author.ts";
import { oneLine, shorten, topicOf } from "./topic.ts";

const name = "Template author (no model)";

const changesHeading = "## Changes that were asked for";

/** How much of a person's words goes into one line of a skill, in code points. */
const lineLimit = 2_000;

/**
 * An author without a model: it puts the task, the answers and the feedback into a fixed form, and
 * says so in its name and in every skill. It needs no network, and the same words give the same skill.
 */
export function templateAuthor(): SkillAuthor {
  return {
    name,

    async understand(taskDescription, signal) {
      signal.throwIfAborted();
      return { questions: questionsAbout(taskDescription) };
    },

    async plan({ taskDescription }, signal) {
      signal.throwIfAborted();
      const topic = topicOf(taskDescription);
      const description = `Guides work on this: ${topic}. Use when a task asks for it.`;
      return {
        name: skillName(shorten(topic, 60)),
        title: shorten(topic.charAt(0).toUpperCase() + topic.slice(1), 100),
        description: shorten(description, skillLimits.description),
        outline: ["When to use", "What is known", "Steps", "Before you finish"],
      };
    },

    async write({ taskDescription, answers }, plan, signal) {
      signal.throwIfAborted();
      const known = factsIn(answers).map((fact) => `- ${fact}`);
      const sections: Record<string, string> = {
        "When to use": `When somebody asks for this:\n\n> ${lineOf(taskDescription) || topicOf(taskDescription)}`,
        "What is known": known.length === 0 ? "Nothing was answered. Ask before you assume." : known.join("\n"),
        Steps: [
          "1. Read what is known above, and look for what contradicts the request at hand. Ask when something does.",
          "2. Collect what the work needs: files, data, the names of those who decide.",
          "3. Do the work in small parts, and check each against what is known before the next.",
          "4. Hand over the result, with what was left out and why.",
        ].join("\n"),
        "Before you finish": [
          "- Every point under “What is known” is met, or the result says why not.",
          "- Whoever asked can use the result without asking back.",
        ].join("\n"),
      };
      const body = [
        `# ${plan.title}`,
        `> Written from a template. No model was used: look it over, and put in what only you know.`,
        ...plan.outline.map((heading) => `## ${heading}\n\n${sections[heading] ?? "To be written."}`),
      ].join("\n\n");
      return { skill: { name: plan.name, description: plan.description, metadata: { author: name }, body } };
    },

    async revise(_brief, _plan, { skill }, feedback, signal) {
      signal.throwIfAborted();
      const change = `- ${lineOf(feedback) || "Look it over again; nothing was said about what to change."}`;
      // The section is the last one, so that another change can be put at its end.
      const body = skill.body.includes(`\n${changesHeading}\n`)
        ? `${skill.body}\n${change}`
        : `${skill.body}\n\n${changesHeading}\n\n${change}`;
      return { skill: { ...skill, body } };
    },
  };
}

function questionsAbout(taskDescription: string): ClarifyQuestion[] {
  const topic = shorten(topicOf(taskDescription), 80);
  const audience: ClarifyQuestion = {
    text: `Who will use the skill about “${topic}”?`,
    options: ["Beginners", "People who do it every day", "Both"],
    allows_multiple: false,
    rationale: "It decides how much the skill explains.",
  };
  const result: ClarifyQuestion = {
    text: "What does it leave behind when it is done?",
    options: ["A text", "A table or data", "Code", "A decision", "Advice in the conversation"],
    allows_multiple: true,
    rationale: "It decides what the skill checks at the end.",
  };
  const pitfalls: ClarifyQuestion = {
    text: "What must it never do, or get wrong?",
    options: [],
    allows_multiple: false,
    rationale: "Only you know what has gone wrong before.",
  };
  // A task that names its audience is not asked for it.
  return /\bfor\s+(?!example\b|instance\b)\w+/i.test(taskDescription) ? [result, pitfalls] : [audience, result, pitfalls];
}

/** The answers, a line each, whatever their form: "Audience: sailors". */
function factsIn(answers: JsonObject): string[] {
  return Object.entries(answers).flatMap(([key, value]) => {
    const text = textOf(value);
    if (text === "") return [];
    const label = oneLine(key.replaceAll("_", " "));
    return [shorten(`${label.charAt(0).toUpperCase()}${label.slice(1)}: ${text}`, lineLimit)];
  });
}

function textOf(value: Json): string {
  if (value === null) return "";
  if (Array.isArray(value)) return value.map(textOf).filter(Boolean).join("; ");
  if (typeof value !== "object") return oneLine(String(value));
  const parts = Object.entries(value).map(([key, item]) => [oneLine(key), textOf(item)]);
  return parts.flatMap(([key, text]) => (text === "" ? [] : [`${key}: ${text}`])).join(", ");
}

function lineOf(text: string): string {
  return shorten(oneLine(text), lineLimit);
}
