import { createHash } from "node:crypto";
import { stringify } from "safe-stable-stringify";
import type { PromptContent } from "./prompt.ts";

/**
 * Stands for what a person is shown: equal exactly when type, title, body, data and schema are
 * equal, whatever the order of keys. A SHA-256 in base64url, 43 characters.
 */
export function promptDigest({ type, title, body, data, responseSchema }: PromptContent & { readonly type: string }): string {
  const shown = { type, title, body, data, responseSchema };
  return createHash("sha256")
    .update(stringify(shown) as string)
    .digest("base64url");
}
