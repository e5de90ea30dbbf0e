import { AuthorError } from "../author-error.ts";

/** How many times as long as a silence a whole reply may take. */
const wholeReply = 10;

/** Keeps the time limits of one request: aborts its signal, with a `timeout` as the reason, when one has passed. */
export class Patience implements Disposable {
  /** Aborted when a limit has passed, or with the reason of the caller's signal when that is aborted. */
  readonly signal: AbortSignal;
  readonly #lost = new AbortController();
  readonly #silence: NodeJS.Timeout;
  readonly #whole: NodeJS.Timeout;

  /** @param who who is waited for, as in "gpt-5 at api.openai.com" */
  constructor(who: string, timeoutMs: number, signal: AbortSignal) {
    this.signal = AbortSignal.any([signal, this.#lost.signal]);
    const after = (ms: number, what: string) =>
      setTimeout(
        () => this.#lost.abort(new AuthorError("timeout", `${who} ${what} in ${ms / 1000} s. Try again, or allow more time.`)),
        ms,
      );
    this.#silence = after(timeoutMs, "said nothing");
    this.#whole = after(timeoutMs * wholeReply, "did not come to an end");
  }

  /** Something was heard: the silence begins anew. */
  heard(): void {
    this.#silence.refresh();
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#silence);
    clearTimeout(this.#whole);
  }
}
