import { deadlineActor } from "../actor.ts";
import type { JobCache } from "../jobs/job-cache.ts";
import type { Logger } from "../logger.ts";
import type { PromptAddress, PromptOutcome, PromptRepository } from "./prompt-repository.ts";

export interface PromptDeadlinesParts {
  readonly repository: PromptRepository;
  readonly cache: JobCache;
  readonly logger: Logger;
}

/** How many overdue prompts are looked up at once. */
const sweepSize = 100;

/**
 * Makes deadlines happen.
 *
 * Any number of instances may do so at the same time, and after any time away: what is to happen
 * stands in the prompt, and happens once.
 */
export class PromptDeadlines {
  readonly #repository: PromptRepository;
  readonly #cache: JobCache;
  readonly #logger: Logger;

  constructor({ repository, cache, logger }: PromptDeadlinesParts) {
    this.#repository = repository;
    this.#cache = cache;
    this.#logger = logger;
  }

  /** Expires every prompt whose deadline has passed, and says how many those were. */
  async expireOverdue(): Promise<number> {
    let expired = 0;
    for (;;) {
      const overdue = await this.#repository.overdue(sweepSize);
      // All of them end before this does, also when one fails: none goes on behind the back of a fleet that closes.
      const outcomes = await Promise.allSettled(overdue.map((address) => this.expire(address)));
      const failure = outcomes.find((outcome) => outcome.status === "rejected");
      if (failure !== undefined) throw failure.reason;
      const done = outcomes.filter((outcome) => outcome.status === "fulfilled" && outcome.value).length;
      expired += done;
      // With none done, others are at it: what they leave is for the next sweep.
      if (overdue.length < sweepSize || done === 0) return expired;
    }
  }

  /** Expires one prompt, if it is overdue and nobody else has done so; says whether it did. */
  async expire(address: PromptAddress): Promise<boolean> {
    const outcome = await this.#cache.write<PromptOutcome>(
      address.jobId,
      () => this.#repository.expire(address, deadlineActor),
      (result) => (result.kind === "applied" ? result.job : undefined),
    );
    if (outcome.kind === "refused") return false;
    const { onExpire } = outcome.prompt;
    this.#logger.info({ ...address, onExpire: typeof onExpire === "string" ? onExpire : "response" }, "HITL prompt expired");
    return true;
  }
}
