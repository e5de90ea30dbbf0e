import { deadlineActor } from "../actor.ts";
import type { JobCache } from "../jobs/job-cache.ts";
import { appliedJob } from "../jobs/job-repository.ts";
import type { Logger } from "../logger.ts";
import { sweep } from "../sweep.ts";
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
    return sweep(
      (limit) => this.#repository.overdue(limit),
      (address) => this.expire(address),
      sweepSize,
    );
  }

  /** Expires one prompt, if it is overdue and nobody else has done so; says whether it did. */
  async expire(address: PromptAddress): Promise<boolean> {
    const outcome = await this.#cache.write<PromptOutcome>(
      address.jobId,
      () => this.#repository.expire(address, deadlineActor),
      appliedJob,
    );
    if (outcome.kind === "refused") return false;
    const { onExpire } = outcome.prompt;
    this.#logger.info({ ...address, onExpire: typeof onExpire === "string" ? onExpire : "response" }, "HITL prompt expired");
    return true;
  }
}
