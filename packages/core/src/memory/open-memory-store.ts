import { LocalChangeFeed } from "../changes/local-change-feed.ts";
import type { Clock } from "../clock.ts";
import type { Store } from "../store.ts";
import { MemoryJobRepository } from "./memory-job-repository.ts";
import { MemoryLeaseRepository } from "./memory-lease-repository.ts";
import { MemoryPromptRepository } from "./memory-prompt-repository.ts";
import { MemoryStepRepository } from "./memory-step-repository.ts";
import { MemoryTables } from "./memory-tables.ts";

export interface MemoryStoreOptions {
  readonly clock: Clock;
  readonly ttlMs?: number | undefined;
  readonly maxEntries?: number | undefined;
}

/** Opens a store that ends with the process: the rollback for when there is no database to be had. */
export function openMemoryStore({ clock, ttlMs, maxEntries }: MemoryStoreOptions): Store {
  const tables = new MemoryTables({ clock, ttlMs, maxEntries });
  return {
    durability: "memory",
    jobs: new MemoryJobRepository(tables),
    prompts: new MemoryPromptRepository(tables),
    leases: new MemoryLeaseRepository(tables),
    steps: new MemoryStepRepository(tables),
    changes: new LocalChangeFeed(),
    memory: tables.jobs,
    check: async () => {},
    close: async () => {},
  };
}
