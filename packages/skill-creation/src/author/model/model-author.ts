import type { Brief, SkillAuthor, SkillDraft, SkillPlan, Understanding } from "../author.ts";
import { AuthorError } from "../author-error.ts";
import { checkModelSettings, type ModelSettings } from "../author-settings.ts";
import { ChatEndpoint, type ChatMessage, type ChatReply } from "./chat-endpoint.ts";
import { type Reading, readPlan, readUnderstanding, readWritten } from "./read-reply.ts";
import { askAgain, askToPlan, askToRevise, askToUnderstand, askToWrite } from "./requests.ts";
import { type Wait, waitByTimer, withRetries } from "./retry.ts";

/**
 * An author that asks a model, through any endpoint that speaks the chat completions protocol of OpenAI.
 *
 * A reply that cannot be used is returned to the model once, with the reason. Requests that fail are
 * repeated as `maxRetries` says; each repetition is a whole request, so a crash costs what was not
 * finished.
 *
 * @throws {AuthorSettingsError} when a setting cannot be used. Nothing is sent before the first step
 */
export function modelAuthor(settings: ModelSettings): SkillAuthor {
  return new ModelAuthor(settings, waitByTimer);
}

/** See {@link modelAuthor}; tests bring a wait of their own. */
export class ModelAuthor implements SkillAuthor {
  readonly name: string;
  readonly #endpoint: ChatEndpoint;
  readonly #maxRetries: number;
  readonly #wait: Wait;

  constructor(settings: ModelSettings, wait: Wait) {
    checkModelSettings(settings);
    this.#endpoint = new ChatEndpoint(settings);
    this.#maxRetries = settings.maxRetries ?? 2;
    this.#wait = wait;
    this.name = this.#endpoint.name;
  }

  async understand(taskDescription: string, signal: AbortSignal): Promise<Understanding> {
    return this.#ask(askToUnderstand(taskDescription), readUnderstanding, false, signal);
  }

  async plan(brief: Brief, signal: AbortSignal): Promise<SkillPlan> {
    return this.#ask(askToPlan(brief), readPlan, false, signal);
  }

  async write(brief: Brief, plan: SkillPlan, signal: AbortSignal): Promise<SkillDraft> {
    const skill = await this.#ask(askToWrite(brief, plan), readWritten, true, signal);
    // The person has agreed to the name.
    return { skill: { ...skill, name: plan.name, metadata: { author: this.name } } };
  }

  async revise(brief: Brief, plan: SkillPlan, draft: SkillDraft, feedback: string, signal: AbortSignal): Promise<SkillDraft> {
    const skill = await this.#ask(askToRevise(brief, plan, draft, feedback), readWritten, true, signal);
    const { compatibility: _rewritten, ...kept } = draft.skill;
    return { skill: { ...kept, ...skill, metadata: { ...kept.metadata, author: this.name } } };
  }

  async #ask<T>(messages: ChatMessage[], read: (reply: string) => Reading<T>, stream: boolean, signal: AbortSignal): Promise<T> {
    const first = await this.#send(messages, stream, signal);
    const reading = readWhole(first, read);
    if ("value" in reading) return reading.value;
    const second = await this.#send(askAgain(messages, first.text, reading.problem), stream, signal);
    const repaired = readWhole(second, read);
    if ("value" in repaired) return repaired.value;
    const message = `${this.name} replied twice with what cannot be used: ${repaired.problem} Try again, or with another model.`;
    throw new AuthorError("nonsense", message);
  }

  #send(messages: readonly ChatMessage[], stream: boolean, signal: AbortSignal): Promise<ChatReply> {
    return withRetries(() => this.#endpoint.send(messages, stream, signal), this.#maxRetries, this.#wait, signal);
  }
}

/** What is cut off may look whole, as Markdown does. */
function readWhole<T>({ text, cut }: ChatReply, read: (reply: string) => Reading<T>): Reading<T> {
  if (cut) return { problem: "It was cut off because it is too long. Write less." };
  if (text.trim() === "") return { problem: "It is empty." };
  return read(text);
}
