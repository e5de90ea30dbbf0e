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
