import type * as Sdk from "openai";
import { AuthorError } from "../author-error.ts";

/** How much of what an endpoint says about its error is passed on. */
const detailLimit = 300;

/**
 * What an error of the SDK, of `fetch` or of a broken reply means for whoever wants the reply.
 *
 * @param who who was asked, as in "gpt-5 at api.openai.com"
 * @param apiKey what must not appear in a message, although endpoints like to repeat it
 */
export function translateError(error: unknown, who: string, apiKey: string, sdk: typeof Sdk): AuthorError {
  const detail = detailOf(error, apiKey);
  // A reply whose JSON is broken: the endpoint itself does not speak the protocol.
  if (error instanceof SyntaxError) return new AuthorError("nonsense", `${who} sent what is not JSON.${detail} ${checkUrl}`);
  if (!(error instanceof sdk.APIError) || error instanceof sdk.APIConnectionError) {
    return new AuthorError("unavailable", `${who} could not be reached, or broke off.${detail} Check that it runs, and try again.`);
  }
  const { status } = statusOf(error);
  const retryAfterMs = retryAfterOf(error.headers);
  const said = status === undefined ? "" : ` (${status})`;
  if (status === 429 && error.code !== "insufficient_quota") {
    const when = retryAfterMs === undefined ? "later" : `in ${Math.ceil(retryAfterMs / 1000)} s`;
    return new AuthorError("rate_limited", `${who} takes no more requests for now${said}.${detail} Try again ${when}.`, retryAfterMs);
  }
  if (status === 408) return new AuthorError("timeout", `${who} gave up waiting${said}.${detail} Try again.`);
  const passing = status === undefined || status >= 500 || status === 409 || status === 425;
  if (passing) return new AuthorError("unavailable", `${who} failed${said}.${detail} Try again later.`, retryAfterMs);
  return new AuthorError("refused", `${who} refused the request${said}.${detail} ${adviceFor(status)}`);
}

const checkUrl = "Check that the base URL is that of an OpenAI-compatible endpoint; most end in /v1.";

function adviceFor(status: number): string {
  if (status === 401 || status === 403) return "Check the API key, and that it may use this model.";
  if (status === 402 || status === 429) return "Check the quota and the billing of the account.";
  if (status === 404) return `Check the name of the model. ${checkUrl}`;
  return "Check the name of the model, and what the endpoint supports.";
}

/** The HTTP status; of an error in the middle of a stream, the one that the endpoint names in it. */
function statusOf({ status, code }: Sdk.APIError): { status: number | undefined } {
  if (status !== undefined) return { status };
  if (code === "rate_limit_exceeded" || code === "insufficient_quota") return { status: 429 };
  const named = Number(code ?? Number.NaN);
  return { status: named >= 400 && named < 600 ? named : undefined };
}

/** What `Retry-After` says: seconds, or a date (RFC 9110, section 10.2.3). */
function retryAfterOf(headers: Headers | undefined): number | undefined {
  const value = headers?.get("retry-after")?.trim() ?? "";
  if (value === "") return undefined;
  const ms = /^\d+(?:\.\d+)?$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now();
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}

function detailOf(error: unknown, apiKey: string): string {
  const causes: unknown[] = [];
  for (let cause = error; cause instanceof Error && causes.length < 5; cause = cause.cause) causes.push(cause);
  // The innermost cause says what happened: ECONNREFUSED, not "fetch failed".
  const innermost = causes.at(-1);
  const said = innermost instanceof Error ? innermost.message || (innermost as NodeJS.ErrnoException).code || "" : String(error);
  // The SDK puts the status before what the endpoint said, and has words of its own when that is nothing.
  const words = said.replace(/^\d{3} (?:status code \(no body\))?/, "").replace(/\s+/g, " ");
  const text = (apiKey === "" ? words : words.replaceAll(apiKey, "[API key]")).trim().slice(0, detailLimit);
  return text === "" ? "" : ` Reason: ${text.replace(/[.\s]+$/, "")}.`;
}
