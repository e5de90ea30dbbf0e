import type { Json, JsonObject } from "../json.ts";
import type { Prompt } from "./prompt.ts";

/** What the deadline of a prompt does, in the words of every engine. */
export interface Expiry {
  /** Whether the job fails. Otherwise it runs on. */
  readonly fails: boolean;
  /** The response that nobody gave, or null. */
  readonly response: Json;
  /** What the event says. */
  readonly data: JsonObject;
  /** Why the job fails, if it does. */
  readonly error: string;
}

export function describeExpiry({ id, type, expiresAt, onExpire }: Prompt): Expiry {
  const given = typeof onExpire === "object";
  return {
    fails: onExpire === "fail",
    response: given ? onExpire.response : null,
    data: { onExpire: given ? { response: onExpire.response } : onExpire },
    error: `Nobody answered prompt ${id} (${type}) before its deadline, ${expiresAt?.toISOString()}.`,
  };
}

/**
 * Whether a prompt is the answer to being asked again by a handler that starts over: it waits, or it has
 * an outcome. One that its job's end closed, or whose deadline failed the job, has none.
 */
export function standsForItsQuestion({ status, onExpire }: Prompt): boolean {
  return status !== "closed" && !(status === "expired" && onExpire === "fail");
}

/** Whether a prompt has an outcome, which never changes again: an answer, or what its deadline or a withdrawal left in its place. */
export function hasOutcome(prompt: Prompt): boolean {
  return prompt.status !== "open" && standsForItsQuestion(prompt);
}
