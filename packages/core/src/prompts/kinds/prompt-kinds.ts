import type { Json, JsonObject } from "../../json.ts";
import { actionOf, actions } from "./action-words.ts";
import { normalizeClarifyData } from "./clarify-questions.ts";

/** What a kind of prompt brings along, for those who ask and for those who answer. */
export interface PromptKind {
  /** What it is for, in words. */
  readonly description: string;
  /** What a response must fit when the prompt brings no schema of its own. */
  readonly responseSchema: JsonObject;
  /** Puts what the person is shown into the form that whoever shows it knows. */
  normalizeData(data: Json): Json;
  /** Puts a response that does not fit as it is into the form that whoever asked knows. */
  normalizeResponse(response: Json): Json;
}

const asIs = (value: Json) => value;

const decision = {
  responseSchema: {
    type: "object",
    properties: { action: { enum: actions }, feedback: { type: "string" } },
    required: ["action"],
  },
  normalizeData: asIs,
  normalizeResponse: nameAction,
};

/** The kinds that come with something; a prompt's type may be any other word, and then brings nothing. */
export const promptKinds = {
  clarify: {
    description: "Questions about the task",
    responseSchema: { type: "object", minProperties: 1 },
    normalizeData: normalizeClarifyData,
    normalizeResponse: asIs,
  },
  confirm: { description: "A plan to agree to", ...decision },
  preview: { description: "A draft to look at", ...decision },
  validate: { description: "A finished work to accept", ...decision },
} as const satisfies Record<string, PromptKind>;

/** The kind of a type, or undefined for a type that brings nothing. */
export function kindOf(type: string): PromptKind | undefined {
  return Object.hasOwn(promptKinds, type) ? promptKinds[type as keyof typeof promptKinds] : undefined;
}

/** `action` in its one spelling; taken from `answer` when a response says it there, also a word that means none: the schema names those that do. */
function nameAction(response: Json): Json {
  if (response === null || typeof response !== "object" || Array.isArray(response)) return response;
  const said = response["action"] ?? response["answer"];
  return said === undefined ? response : { ...response, action: actionOf(said) ?? said };
}
