import type { ChangeFeed } from "./changes/change-feed.ts";
import type { JobMemoryStore } from "./jobs/job-memory-store.ts";
import type { JobRepository } from "./jobs/job-repository.ts";
import type { LeaseRepository } from "./leases/lease-repository.ts";
import type { StepRepository } from "./leases/step-repository.ts";
import type { PromptRepository } from "./prompts/prompt-repository.ts";

/** What an engine brings: a repository for each noun, the feed, and the hot cache. */
export interface Store {
  readonly durability: "database" | "memory";
  readonly jobs: JobRepository;
  readonly prompts: PromptRepository;
  readonly leases: LeaseRepository;
  readonly steps: StepRepository;
  readonly changes: ChangeFeed;
  /** The hot cache. In memory mode it is where the jobs themselves are. */
  readonly memory: JobMemoryStore;
  /**
   * Returns when the engine can be reached and its tables are those that this release needs.
   *
   * @throws {FleetError} `STORE_UNAVAILABLE` when either is not so
   */
  check(): Promise<void>;
  /** Finishes what is under way and lets go of everything. Safe to call twice. */
  close(): Promise<void>;
}
