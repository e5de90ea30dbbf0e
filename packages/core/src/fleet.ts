import type { ChangeFeedStatus } from "./changes/change-feed.ts";
import { JobWaiters } from "./changes/job-waiters.ts";
import { WorkWaiters } from "./changes/work-waiters.ts";
import { type Clock, systemClock } from "./clock.ts";
import { JobCache } from "./jobs/job-cache.ts";
import { JobManager } from "./jobs/job-manager.ts";
import { JobMemoryStore } from "./jobs/job-memory-store.ts";
import { LeaseManager } from "./leases/lease-manager.ts";
import { WaitingClaims } from "./leases/waiting-claims.ts";
import { type Logger, silentLogger } from "./logger.ts";
import type { DatabaseLocation } from "./postgres/open-postgres-store.ts";
import { PromptManager } from "./prompts/prompt-manager.ts";
import { ResponseChecker } from "./prompts/response-checker.ts";
import { ResponseSchemas } from "./prompts/schema/response-schemas.ts";
import type { Store } from "./store.ts";

/** Where a fleet keeps its jobs; `memory` keeps them only as long as the process. */
export type Persistence = DatabaseLocation | { readonly kind: "memory" };

export interface FleetOptions {
  readonly persistence: Persistence;
  /** How long a job stays in memory after it was last loaded or written. Default: 60 minutes. */
  readonly memoryTtlMs?: number | undefined;
  /** How many jobs stay in memory. Default: 100,000. */
  readonly memoryMaxEntries?: number | undefined;
  /** A worker that is silent for longer is taken for dead. Default: 30 seconds. */
  readonly leaseTimeoutMs?: number | undefined;
  /** Whether to bring the tables up to date first. Default: true. */
  readonly migrate?: boolean | undefined;
  /** Default: says nothing. */
  readonly logger?: Logger | undefined;
  /** What memory mode and the cache read the time from. Default: the system's clock in memory mode, and with a database, where only ages count, one that nobody can set. */
  readonly clock?: Clock | undefined;
}

/** A running job service, without any wire. */
export interface Fleet {
  readonly jobs: JobManager;
  readonly prompts: PromptManager;
  /** Gives jobs to workers; the backend of a worker in this process. */
  readonly leases: LeaseManager;
  readonly durability: "database" | "memory";
  /** How well this instance hears the others. */
  readonly changeFeed: ChangeFeedStatus;
  /**
   * Returns when work can be taken.
   *
   * @throws {FleetError} `STORE_UNAVAILABLE` when the database cannot be reached or lacks migrations
   */
  check(): Promise<void>;
  /** Lets everybody go who waits for a change or for work, now and from now on: for a server that is about to close. */
  endWaits(): void;
  /** Finishes what is under way and lets go of the store. Safe to call twice. */
  close(): Promise<void>;
}

/**
 * A copy in memory is trusted this long when other instances write to the same database: it
 * bounds how old a read can be when a notification was lost with the process that owed it.
 */
const sharedTrustMs = 5_000;

/**
 * Opens the store, brings its tables up to date unless `migrate` is false, and wires the managers to it. The first start on an
 * embedded database takes some seconds; only one process can have a data directory open.
 *
 * @throws {FleetError} `STORE_UNAVAILABLE` that says which database and why: it cannot be reached, another process has it open,
 *   or it lacks migrations and `migrate` is false
 */
export async function openFleet(options: FleetOptions): Promise<Fleet> {
  const { persistence, logger = silentLogger } = options;
  const store = await openStore(options, logger);
  const trustMs = persistence.kind === "server" ? sharedTrustMs : Number.POSITIVE_INFINITY;
  return assembleFleet({ store, logger, trustMs, leaseTimeoutMs: options.leaseTimeoutMs });
}

export interface FleetParts {
  readonly store: Store;
  readonly logger: Logger;
  /** How long a copy in memory is trusted. */
  readonly trustMs: number;
  readonly leaseTimeoutMs?: number | undefined;
}

/** Wires the managers to a store. */
export function assembleFleet({ store, logger, trustMs, leaseTimeoutMs }: FleetParts): Fleet {
  const { jobs: repository, prompts: promptRepository, leases: leaseRepository, steps, memory, changes } = store;
  const cache = new JobCache({ memory, changes, trustMs });
  const jobWaiters = new JobWaiters(changes);
  const workWaiters = new WorkWaiters(changes);
  const waitingClaims = new WaitingClaims();
  const schemas = new ResponseSchemas();
  const checker = new ResponseChecker(schemas);
  const jobs = new JobManager({ repository, cache, jobWaiters, waitingClaims, logger });
  const prompts = new PromptManager({ repository: promptRepository, jobs: repository, cache, checker, logger });
  const leases = new LeaseManager({
    repository: leaseRepository,
    steps,
    jobs: repository,
    prompts,
    cache,
    workWaiters,
    waitingClaims,
    logger,
    leaseTimeoutMs,
  });
  const endWaits = () => {
    jobWaiters.close();
    workWaiters.close();
  };
  return {
    jobs,
    prompts,
    leases,
    durability: store.durability,
    get changeFeed() {
      return changes.status;
    },
    check: () => store.check(),
    endWaits,
    close: async () => {
      endWaits();
      await schemas.close();
      await store.close();
    },
  };
}

/** Each engine is loaded by those who ask for it. */
async function openStore(options: FleetOptions, logger: Logger): Promise<Store> {
  const { persistence, clock, memoryTtlMs: ttlMs, memoryMaxEntries: maxEntries } = options;
  if (persistence.kind === "memory") {
    const { openMemoryStore } = await import("./memory/open-memory-store.ts");
    return openMemoryStore({ clock: clock ?? systemClock, ttlMs, maxEntries });
  }
  const { openPostgresStore } = await import("./postgres/open-postgres-store.ts");
  const memory = new JobMemoryStore({ clock, ttlMs, maxEntries });
  return openPostgresStore({ database: persistence, memory, logger, migrate: options.migrate ?? true });
}
