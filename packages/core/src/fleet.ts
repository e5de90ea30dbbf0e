import { JobWaiters } from "./changes/job-waiters.ts";
import { type Clock, systemClock } from "./clock.ts";
import { JobCache } from "./jobs/job-cache.ts";
import { JobManager } from "./jobs/job-manager.ts";
import { JobMemoryStore } from "./jobs/job-memory-store.ts";
import { type Logger, silentLogger } from "./logger.ts";
import { openMemoryStore } from "./memory/open-memory-store.ts";
import { type DatabaseLocation, openPostgresStore } from "./postgres/open-postgres-store.ts";
import { PromptManager } from "./prompts/prompt-manager.ts";
import { ResponseChecker } from "./prompts/response-checker.ts";
import { ResponseSchemas } from "./prompts/schema/response-schemas.ts";
import type { Store } from "./store.ts";

/** Where a fleet keeps its jobs; `memory` keeps them only as long as the process. */
export type Persistence = DatabaseLocation | { readonly kind: "memory" };

export interface FleetOptions {
  readonly persistence: Persistence;
  /** How long a job stays in memory after it was last touched. Default: 60 minutes. */
  readonly memoryTtlMs?: number | undefined;
  /** How many jobs stay in memory. Default: 100,000. */
  readonly memoryMaxEntries?: number | undefined;
  /** Whether to bring the tables up to date first. Default: true. */
  readonly migrate?: boolean | undefined;
  /** Default: says nothing. */
  readonly logger?: Logger | undefined;
  /** The clock of the memory store and of memory mode. Default: this process's. */
  readonly clock?: Clock | undefined;
}

/** A running job service, without any wire. */
export interface Fleet {
  readonly jobs: JobManager;
  readonly prompts: PromptManager;
  readonly durability: "database" | "memory";
  /**
   * Returns when work can be taken.
   *
   * @throws {FleetError} `STORE_UNAVAILABLE` when the database cannot be reached or lacks migrations
   */
  check(): Promise<void>;
  /** Finishes what is under way and lets go of the store. Safe to call twice. */
  close(): Promise<void>;
}

/**
 * A copy in memory is trusted this long when other instances write to the same database: it
 * bounds how old a read can be when a notification was lost with the process that owed it.
 */
const sharedTrustMs = 5_000;

/**
 * Opens a fleet.
 *
 * @throws {FleetError} `STORE_UNAVAILABLE` that says which database and why
 */
export async function openFleet(options: FleetOptions): Promise<Fleet> {
  const { persistence, logger = silentLogger, clock = systemClock } = options;
  const store = await openStore(options, logger, clock);
  const trustMs = persistence.kind === "server" ? sharedTrustMs : Number.POSITIVE_INFINITY;
  return assembleFleet({ store, logger, trustMs });
}

/** Wires the managers to a store. */
export function assembleFleet({ store, logger, trustMs }: { store: Store; logger: Logger; trustMs: number }): Fleet {
  const cache = new JobCache({ memory: store.memory, changes: store.changes, trustMs });
  const waiters = new JobWaiters(store.changes);
  const schemas = new ResponseSchemas();
  const checker = new ResponseChecker(schemas);
  return {
    jobs: new JobManager({ repository: store.jobs, cache, memory: store.memory, waiters, logger }),
    prompts: new PromptManager({ repository: store.prompts, jobs: store.jobs, cache, checker, logger }),
    durability: store.durability,
    check: () => store.check(),
    close: async () => {
      waiters.close();
      await schemas.close();
      await store.close();
    },
  };
}

async function openStore(options: FleetOptions, logger: Logger, clock: Clock): Promise<Store> {
  const { persistence, memoryTtlMs: ttlMs, memoryMaxEntries: maxEntries } = options;
  if (persistence.kind === "memory") return openMemoryStore({ clock, ttlMs, maxEntries });
  const memory = new JobMemoryStore({ clock, ttlMs, maxEntries });
  return openPostgresStore({ database: persistence, memory, logger, migrate: options.migrate ?? true });
}
