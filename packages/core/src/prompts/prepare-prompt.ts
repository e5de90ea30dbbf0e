import type { Actor } from "../actor.ts";
import { type InputProblem, invalidInput } from "../errors.ts";
import { newId, normalizeId } from "../ids.ts";
import { assertStorable } from "../json.ts";
import { checkNames } from "../text-limit.ts";
import { kindOf } from "./kinds/prompt-kinds.ts";
import type { NewPrompt, OpenPrompt, PromptChange, PromptContent } from "./prompt.ts";
import { promptDigest } from "./prompt-digest.ts";
import type { PromptInsert } from "./prompt-repository.ts";

/** The longest time that a prompt can be open for before its deadline: ten years. */
export const maxExpiresInMs = 10 * 365 * 24 * 60 * 60 * 1_000;

/**
 * Checks a new prompt and fills in the defaults, with those of its kind.
 *
 * @throws {FleetError} `INVALID_INPUT`
 */
export function preparePrompt(jobId: string, prompt: NewPrompt, actor: Actor): PromptInsert {
  const { type, key = null, assignee = null, dueAt = null, expiresInMs = null, onExpire = "fail" } = prompt;
  checkTerms(prompt, jobId);
  checkNames({ type, key: key ?? undefined }, jobId);
  const id = prompt.id === undefined ? newId() : normalizeId(prompt.id);
  if (id === undefined) throw invalidInput([{ path: ["id"], message: "is not a UUID" }], jobId);
  if (prompt.onExpire !== undefined && expiresInMs === null) {
    throw invalidInput([{ path: ["onExpire"], message: "goes with a deadline only: without one it never happens" }], jobId);
  }
  const content = contentOf(type, prompt);
  return { id, jobId, key, type, ...content, digest: promptDigest({ type, ...content }), assignee, dueAt, expiresInMs, onExpire, actor };
}

/**
 * What an open prompt will be after a change.
 *
 * @throws {FleetError} `INVALID_INPUT`
 */
export function prepareRevision(prompt: OpenPrompt, change: PromptChange) {
  const { jobId, type } = prompt;
  checkTerms(change, jobId);
  const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
  if (Object.keys(given).length === 0) throw invalidInput([{ path: [], message: "the change is empty" }], jobId);
  const { title, body, data, responseSchema, assignee, dueAt, onExpire } = { ...prompt, ...given };
  const content = contentOf(type, { title, body, data, responseSchema });
  return { content, digest: promptDigest({ type, ...content }), assignee, dueAt, onExpire, expiresInMs: change.expiresInMs };
}

/** The kind puts what is shown into its form, and brings a schema when there is none. */
function contentOf(
  type: string,
  { title = null, body = null, data = null, responseSchema = null }: Omit<NewPrompt, "type">,
): PromptContent {
  const kind = kindOf(type);
  return { title, body, data: kind?.normalizeData(data) ?? data, responseSchema: responseSchema ?? kind?.responseSchema ?? null };
}

/** Checks what a new prompt and a change have in common. */
function checkTerms({ dueAt, ...fields }: PromptChange, jobId: string): void {
  assertStorable(fields, jobId);
  checkNames({ assignee: fields.assignee ?? undefined }, jobId);
  const { expiresInMs = null, onExpire = "fail" } = fields;
  const problems: InputProblem[] = [];
  if (dueAt != null && Number.isNaN(dueAt.getTime())) problems.push({ path: ["dueAt"], message: "is not a date" });
  if (expiresInMs !== null && !(Number.isSafeInteger(expiresInMs) && expiresInMs >= 1 && expiresInMs <= maxExpiresInMs)) {
    problems.push({ path: ["expiresInMs"], message: `must be a whole number from 1 to ${maxExpiresInMs}` });
  }
  if (onExpire !== "fail" && onExpire !== "resume" && !(typeof onExpire === "object" && "response" in onExpire)) {
    problems.push({ path: ["onExpire"], message: 'must be "fail", "resume" or { response }' });
  }
  if (problems.length > 0) throw invalidInput(problems, jobId);
}
