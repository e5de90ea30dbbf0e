import { isSameJson } from "../json.ts";
import type { Prompt } from "./prompt.ts";
import type { Response } from "./prompt-repository.ts";

/** Whether a response is the winning one, sent again: the same value under the same idempotency key. */
export function isReplay(response: Response, prompt: Prompt | undefined, winningKey: string | null): boolean {
  if (prompt?.status !== "answered" || response.idempotencyKey === null) return false;
  return response.idempotencyKey === winningKey && isSameJson(response.value, prompt.response);
}
