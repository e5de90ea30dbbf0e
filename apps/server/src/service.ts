import { type Fleet, openFleet, type Persistence, type RetentionMs } from "@skill-fleet/core";
import type { Config } from "./config.ts";
import { cleanUp } from "./cron/cleanup.ts";
import { deadlineTask } from "./cron/deadlines.ts";
import { pruneOldJobs } from "./cron/retention.ts";
import { describeSchedule, schedule } from "./cron/schedule.ts";
import type { Log } from "./log.ts";
import { createServer } from "./server.ts";

/** A server that runs, with its fleet and its background tasks. */
export interface Service {
  /** What it serves, for a worker in this process. */
  readonly fleet: Fleet;
  /** Where it listens. */
  readonly url: string;
  /** Drains: no new requests, replies to those under way, then everything is closed. Safe to call twice. */
  stop(): Promise<void>;
}

/**
 * Starts everything that a configuration asks for.
 *
 * @param migrate whether to bring the tables up to date first
 * @throws {FleetError} `STORE_UNAVAILABLE` that says which database and why; whatever `listen` throws
 *   when the address cannot be had
 */
export async function startService(config: Config, log: Log, { migrate = true } = {}): Promise<Service> {
  const { persistence, memoryTtlMs, leaseTimeoutMs, cleanupCron, deadlineCron, retention, retentionCron, host, port } = config;
  for (const name of config.unknownVariables) log.warn({ name }, "Ignored a variable that the server does not know");
  const fleet = await openFleet({ persistence, memoryTtlMs, leaseTimeoutMs, migrate, logger: log });
  log.info(locationOf(persistence), `JobManager initialized with ${fleet.durability} persistence`);
  if (fleet.durability === "memory") log.warn({}, "Jobs are kept in memory only: they end with this process");

  const server = await createServer({ ...config, fleet, log });
  const url = await server.listen({ host, port }).catch(async (error: unknown) => {
    await fleet.close();
    throw error;
  });
  const letDeadlinesHappen = deadlineTask(fleet, log);
  // At once, for those that passed while no server ran.
  await letDeadlinesHappen();
  const stopDeadlines = schedule(deadlineCron, letDeadlinesHappen, log);
  const stopCleanup = schedule(cleanupCron, () => cleanUp(fleet.jobs, log), log);
  const ending = new AbortController();
  let pruning: Promise<void> | undefined;
  const prune = (keptMs: RetentionMs) => {
    pruning = pruneOldJobs(fleet.jobs, keptMs, log, ending.signal);
    return pruning;
  };
  const stopRetention = retention && schedule(retentionCron, () => prune(retention), log);
  if (retention !== undefined) log.info({ keptMs: retention }, `Retention task started (${describeSchedule(retentionCron)})`);
  log.info({}, `Background cleanup task started (${describeSchedule(cleanupCron)})`);

  let stopping: Promise<void> | undefined;
  return {
    fleet,
    url,
    stop() {
      // A sweep through many jobs ends after the batch that it is at.
      ending.abort();
      stopping ??= Promise.all([stopCleanup(), stopDeadlines(), stopRetention?.(), pruning])
        .then(() => server.close())
        .finally(() => fleet.close());
      return stopping;
    },
  };
}

/** Where the jobs are, for whoever wonders where they have gone; without a password. */
function locationOf(persistence: Persistence): { database?: string; dataDir?: string } {
  if (persistence.kind === "embedded") return { dataDir: persistence.dataDir };
  if (persistence.kind === "memory") return {};
  const { host, pathname } = new URL(persistence.url);
  return { database: `${host}${pathname}` };
}
