import type { ClarifyQuestion } from "@skill-fleet/core";
import type { SkillPlan } from "../author/author.ts";

/** What a person reads who sees nothing else of a prompt. */
interface PromptText {
  readonly title: string;
  readonly body: string;
}

export function clarifyText(author: string, taskDescription: string, questions: readonly ClarifyQuestion[]): PromptText {
  return {
    title: questions.length === 1 ? "A question before the skill is planned" : `${questions.length} questions before the skill is planned`,
    body: paragraphs(
      `The task: ${taskDescription}`,
      questions.map(describeQuestion).join("\n"),
      "Answer in fields of your own naming; what you do not answer stays open.",
      `Asked by: ${author}`,
    ),
  };
}

export function confirmText(author: string, { name, title, description, outline }: SkillPlan): PromptText {
  return {
    title: `Write the skill “${name}” as planned?`,
    body: paragraphs(
      `Title: ${title}\nDescription: ${description}`,
      `Sections:\n${outline.map((heading) => `- ${heading}`).join("\n")}`,
      'Say "proceed" to have it written, "revise" with your feedback to have it planned anew, or "cancel" to end the job.',
      `Planned by: ${author}`,
    ),
  };
}

export function previewText(author: string, name: string, text: string): PromptText {
  return {
    title: `Save the skill “${name}”?`,
    body: paragraphs(
      "This is the whole file:",
      fenced(text),
      'Say "proceed" to have it saved, "revise" with your feedback to have it changed, or "cancel" to end the job without a skill.',
      `Written by: ${author}`,
    ),
  };
}

export function validateText(author: string, name: string, text: string, problems: readonly string[]): PromptText {
  return {
    title: `The skill “${name}” cannot be saved as it is. Try again?`,
    body: paragraphs(
      `The format of skills refuses it, and the author could not repair it:\n${problems.map((problem) => `- ${problem}`).join("\n")}`,
      fenced(text),
      'Say "proceed" to let the author try again, "revise" to tell it in your feedback how, or "cancel" to end the job without a skill.',
      `Written by: ${author}`,
    ),
  };
}

function describeQuestion({ text, options, allows_multiple, rationale }: ClarifyQuestion, index: number): string {
  const choice = options.length === 0 ? "" : ` (${allows_multiple ? "any of" : "one of"}: ${options.join(", ")})`;
  return `${index + 1}. ${text}${choice}${rationale === null ? "" : `\n   ${rationale}`}`;
}

/** A text as Markdown shows it unchanged, whatever is in it. */
function fenced(text: string): string {
  const longest = Math.max(2, ...(text.match(/`{3,}/g) ?? []).map((run) => run.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}markdown\n${text.trimEnd()}\n${fence}`;
}

function paragraphs(...texts: readonly string[]): string {
  return texts.filter((text) => text !== "").join("\n\n");
}
