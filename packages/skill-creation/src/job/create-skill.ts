import type { JobOf } from "@skill-fleet/client";
import type { Json, JsonObject } from "@skill-fleet/core";
import { CancelJobError, type Handler, type JobContext } from "@skill-fleet/worker";
import type { Brief, SkillAuthor, SkillDraft, SkillPlan } from "../author/author.ts";
import { saveSkill } from "../save/save-skill.ts";
import { problemsOfSkill } from "../skill/skill-problems.ts";
import { formatSkill } from "../skill/skill-text.ts";
import { clarifyText, confirmText, previewText, validateText } from "./prompt-texts.ts";
import { withRetryAdvice } from "./retry-advice.ts";
import type { SkillCreationPhase, skillCreation } from "./skill-creation-job.ts";

export interface CreateSkillOptions {
  /** Who writes. */
  readonly author: SkillAuthor;
  /** The folder where finished skills are saved. */
  readonly skillsRoot: string;
}

/** What a job is about that says nothing itself, as that of a `POST` without a body. */
export const defaultTask = "Write a skill about writing good skills";

/** What an author hears from somebody who wants a change and does not say which. */
const noFeedback = "Look it over again: nothing was said about what to change.";

/** How far the job is when a phase begins. */
const percentOf: Readonly<Record<SkillCreationPhase, number>> = { understand: 5, plan: 25, write: 50, validate: 80, save: 90 };

/**
 * Makes the handler of {@link skillCreation}.
 *
 * Everything that the author does is a step, and so are the reports of progress with it: a handler that
 * starts over repeats neither. What a person agreed to is what is saved: whatever changes the draft
 * after that is shown again first.
 */
export function createSkillHandler(options: CreateSkillOptions): Handler<typeof skillCreation> {
  return (job, context) => new SkillCreation(options, job, context).run();
}

class SkillCreation {
  readonly #author: SkillAuthor;
  readonly #skillsRoot: string;
  readonly #jobId: string;
  readonly #task: string;
  readonly #context: JobContext<typeof skillCreation>;

  constructor({ author, skillsRoot }: CreateSkillOptions, job: JobOf<typeof skillCreation>, context: JobContext<typeof skillCreation>) {
    this.#author = author;
    this.#skillsRoot = skillsRoot;
    this.#jobId = job.id;
    this.#task = [job.input?.taskDescription, job.taskDescription].find((text) => text?.trim()) ?? defaultTask;
    this.#context = context;
  }

  async run() {
    const answers = await this.#understand();
    const { brief, plan } = await this.#plan(answers);
    const { skill } = await this.#write(brief, plan);
    const saved = await this.#step("save", "save", "Saving the skill", () => saveSkill(this.#skillsRoot, skill, this.#jobId));
    return { ...saved, author: this.#author.name };
  }

  async #understand(): Promise<JsonObject> {
    const understanding = (signal: AbortSignal) => this.#author.understand(this.#task, signal);
    const { questions } = await this.#step("understand", "understand", "Reading the task", understanding);
    if (questions.length === 0) return {};
    const { name } = this.#author;
    const answers = await this.#context.ask("clarify", { author: name, questions }, clarifyText(name, this.#task, questions));
    return byQuestion(answers as JsonObject);
  }

  async #plan(answers: JsonObject): Promise<{ brief: Brief; plan: SkillPlan }> {
    const { name } = this.#author;
    const changes: string[] = [];
    for (;;) {
      const known = changes.length === 0 ? answers : { ...answers, "Changes to the plan": [...changes] };
      const brief = { taskDescription: this.#task, answers: known };
      const planning = (signal: AbortSignal) => this.#author.plan(brief, signal);
      const plan = await this.#step("plan", "plan", "Planning the skill", planning);
      const decision = await this.#decide("plan", () => this.#context.ask("confirm", { author: name, plan }, confirmText(name, plan)));
      if (decision.action === "proceed") return { brief, plan };
      changes.push(decision.feedback);
    }
  }

  async #write(brief: Brief, plan: SkillPlan): Promise<SkillDraft> {
    const revise = (draft: SkillDraft, step: string, message: string, feedback: string) =>
      this.#step("write", step, message, (signal) => this.#author.revise(brief, plan, draft, feedback, signal));

    let draft: SkillDraft = await this.#step("write", "write", "Writing the draft", (signal) => this.#author.write(brief, plan, signal));
    for (;;) {
      const mistakes = problemsOf(draft);
      if (mistakes.length > 0) draft = await revise(draft, "repair", "Repairing the draft", repairRequest(mistakes));
      const preview = await this.#preview(draft);
      if (preview.action === "revise") {
        draft = await revise(draft, "revise", "Revising the draft", preview.feedback);
        continue;
      }
      const problems = await this.#step("validate", "validate", "Checking the skill", () => problemsOf(draft));
      if (problems.length === 0) return draft;
      const { feedback } = await this.#validate(draft, problems);
      draft = await revise(draft, "revise", "Revising the draft", `${repairRequest(problems)}\n${feedback}`);
    }
  }

  #preview(draft: SkillDraft): Promise<Decision> {
    const { name: author } = this.#author;
    const { name } = draft.skill;
    const text = formatSkill(draft.skill);
    return this.#decide("draft", () => this.#context.ask("preview", { author, name, text }, previewText(author, name, text)));
  }

  #validate(draft: SkillDraft, problems: string[]): Promise<Decision> {
    const { name: author } = this.#author;
    const { name } = draft.skill;
    const text = formatSkill(draft.skill);
    const texts = validateText(author, name, text, problems);
    return this.#decide("draft", () => this.#context.ask("validate", { author, name, text, problems }, texts));
  }

  /**
   * What the person decides: to go on, or to change something.
   *
   * "cancel" ends the job as cancelled. An attempt that somebody asks for afterwards (a retry of the job)
   * asks again: else it could only end at once, with what was said the last time.
   */
  async #decide(
    what: string,
    ask: () => Promise<{ action: Decision["action"] | "cancel"; feedback?: string | undefined }>,
  ): Promise<Decision> {
    for (;;) {
      const { action, feedback } = await ask();
      const words = feedback?.trim() ?? "";
      if (action !== "cancel") return { action, feedback: words === "" ? noFeedback : words };
      const { attempt } = this.#context;
      if ((await this.#context.step("cancel", () => attempt)) === attempt) {
        throw new CancelJobError(`The ${what} was turned down${words === "" ? "." : `: ${words}`}`);
      }
    }
  }

  /**
   * A step of a phase. Its report of progress belongs to it, so that it is not repeated either; but another attempt begins at
   * nothing, and is told where it is.
   */
  async #step<Output>(phase: SkillCreationPhase, name: string, message: string, work: (signal: AbortSignal) => Output | Promise<Output>) {
    const { attempt } = this.#context;
    const report = () => this.#context.progress(percentOf[phase], message, phase);
    let isReported = attempt === 1;
    const output = await this.#context.step(name, async (signal) => {
      isReported = true;
      await report();
      try {
        return await work(signal);
      } catch (error) {
        throw withRetryAdvice(error);
      }
    });
    if (!isReported) await report();
    return output;
  }
}

interface Decision {
  readonly action: "proceed" | "revise";
  readonly feedback: string;
}

/** What the format refuses, a line each, in the file as it would be saved. */
function problemsOf({ skill }: SkillDraft): string[] {
  return problemsOfSkill(skill).map(({ path, message }) => `${path.join(".")} ${message}`);
}

function repairRequest(problems: readonly string[]): string {
  return `The format refuses the skill; change it so that this is right:\n${problems.map((problem) => `- ${problem}`).join("\n")}`;
}

/** The answers of a form, each under its question; any others as they are. */
function byQuestion(response: JsonObject): JsonObject {
  const { answers, ...others } = response;
  if (!Array.isArray(answers) || !answers.every(isAnswer)) return response;
  return { ...others, ...Object.fromEntries(answers.map(({ question, answer }) => [question, answer])) };
}

function isAnswer(value: Json): value is { question: string; answer: Json } {
  return typeof value === "object" && value !== null && !Array.isArray(value) && typeof value["question"] === "string" && "answer" in value;
}
