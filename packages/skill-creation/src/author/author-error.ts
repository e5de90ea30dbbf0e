/**
 * Why an author could not do its step.
 *
 * - `rate_limited`: the endpoint takes no more requests for now; `retryAfterMs` is how long, if it said so.
 * - `timeout`: the endpoint said nothing for too long, or did not come to an end.
 * - `unavailable`: the endpoint cannot be reached, failed (5xx), or broke off in the middle.
 * - `refused`: the endpoint or the model does not do this, and will not do it next time: a wrong key,
 *   an unknown model, no quota, a request that it declines.
 * - `nonsense`: the reply cannot be used, and neither can the one after it was told why.
 */
export type AuthorErrorCode = "rate_limited" | "timeout" | "unavailable" | "refused" | "nonsense";

/** The one error of an author: `code` for programs, `message` for people. No message has an API key in it. */
export class AuthorError extends Error {
  override readonly name = "AuthorError";
  readonly code: AuthorErrorCode;
  /** How long the endpoint wants to be left alone. Undefined when it did not say. */
  readonly retryAfterMs: number | undefined;

  constructor(code: AuthorErrorCode, message: string, retryAfterMs?: number) {
    super(message);
    this.code = code;
    this.retryAfterMs = retryAfterMs;
  }

  /** Whether the same step may succeed later, without anybody changing anything. */
  get retryable(): boolean {
    return this.code !== "refused";
  }
}
