import type { Actor } from "../actor.ts";
import type { LeaseAddress } from "../leases/lease.ts";
import type { InboxFilter, NewPrompt } from "./prompt.ts";

/*
 * What the calls of the prompt manager take beside a prompt.
 */

export interface OpenOptions {
  /** Who asks. Default: this process. */
  readonly actor?: Actor | undefined;
}

/** A question with a name: asking it again finds it. */
export interface AskedPrompt extends Omit<NewPrompt, "id"> {
  readonly key: string;
}

/** What the holder of a lease asks. */
export interface AskRequest extends LeaseAddress {
  readonly prompts: readonly AskedPrompt[];
}

export interface ReviseOptions extends OpenOptions {
  /** Refuse unless the prompt still shows this. */
  readonly ifDigest?: string | undefined;
}

export interface WithdrawOptions extends ReviseOptions {
  /** Why, in words. */
  readonly reason?: string | undefined;
}

export interface RespondOptions {
  /** Who answers. Default: this process. */
  readonly actor?: Actor | undefined;
  /** Names the request: the winning response, sent again with its key, gets its receipt again. */
  readonly idempotencyKey?: string | undefined;
  /** What the person saw: refuse if the prompt shows something else by now. Default: not checked. */
  readonly ifDigest?: string | undefined;
}

export interface TypeOption {
  /** Only prompts of this type count. Default: any. */
  readonly type?: string | undefined;
}

export interface InboxOptions extends InboxFilter {
  /** From 1 to 200. Default: 50. */
  readonly limit?: number | undefined;
  /** `nextCursor` of the page before. Default: the first page. */
  readonly cursor?: string | undefined;
}
