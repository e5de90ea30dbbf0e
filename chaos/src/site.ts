import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { PostgresServer } from "@skill-fleet/core/testing";
import type { Places, Troubles } from "./faults/carry-out.ts";
import { type DatabaseProxy, openDatabaseProxy } from "./faults/database-proxy.ts";
import { Instance } from "./faults/instance.ts";
import { type FinalState, readFinalState } from "./history/final-state.ts";

export interface SiteOptions {
  readonly server: PostgresServer;
  readonly leaseTimeoutMs: number;
  /** One instance for each: how far its clock is off. */
  readonly clockOffsetsMs: readonly number[];
}

/** Instances on one new database, each with a way to it of its own. */
export interface Site extends AsyncDisposable {
  readonly urls: readonly string[];
  /** What can be done to them. */
  readonly places: Places;
  /** Stops the instances as an operator would, and returns what the database has once everything has come to rest. */
  close(): Promise<FinalState>;
}

type Query = (statement: string) => Promise<unknown[]>;

/** Starts the instances, and returns when all serve. */
export async function openSite({ server, leaseTimeoutMs, clockOffsetsMs }: SiteOptions): Promise<Site> {
  const folder = await mkdtemp(join(tmpdir(), "skill-fleet-chaos-"));
  const database = await server.createDatabase();
  const proxies = await Promise.all(clockOffsetsMs.map(() => openDatabaseProxy(database.url)));
  const instances = clockOffsetsMs.map((clockOffsetMs, index) => {
    const databaseUrl = (proxies[index] as DatabaseProxy).through(database.url);
    return new Instance({ databaseUrl, folder, leaseTimeoutMs, clockOffsetMs });
  });
  const dispose = async () => {
    await Promise.all(instances.map((instance) => instance[Symbol.asyncDispose]()));
    await Promise.all(proxies.map((proxy) => proxy[Symbol.asyncDispose]()));
    await database[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await Promise.all(instances.map((instance) => instance.start()));
  } catch (error) {
    await dispose();
    throw error;
  }
  const query: Query = (statement) => database.query(statement);
  return {
    urls: instances.map(({ url }) => url),
    places: {
      instances: instances.map((instance, index) => instanceTroubles(instance, proxies[index] as DatabaseProxy)),
      database: databaseTroubles(server, query),
    },
    close: async () => {
      await Promise.all(instances.map((instance) => instance.stop("SIGTERM")));
      await untilQuiet(query);
      return readFinalState(database.url);
    },
    [Symbol.asyncDispose]: dispose,
  };
}

function instanceTroubles(instance: Instance, proxy: DatabaseProxy): Troubles {
  const heal = () => proxy.heal();
  return {
    kill: [() => instance.stop("SIGKILL"), () => instance.start()],
    pause: [() => instance.signal("SIGSTOP"), () => instance.signal("SIGCONT")],
    stall: [() => proxy.stall(), heal],
    drop: [() => proxy.drop(), heal],
  };
}

const everybodyElse = "datname = current_database() and pid <> pg_backend_pid()";

function databaseTroubles(server: PostgresServer, query: Query): Troubles {
  const cut = (who: string) => query(`select pg_terminate_backend(pid) from pg_stat_activity where ${who}`);
  const nothing = () => {};
  return {
    restart: [() => server.stop(), () => server.start()],
    cutFeeds: [() => cut(`${everybodyElse} and application_name = 'skill-fleet change feed'`), nothing],
    cutAll: [() => cut(everybodyElse), nothing],
  };
}

/** Returns when nobody else is connected: a backend finishes its statement also when its client has died. */
async function untilQuiet(query: Query): Promise<void> {
  const others = `select 1 from pg_stat_activity where ${everybodyElse} and backend_type = 'client backend'`;
  while ((await query(others)).length > 0) await delay(50);
}
