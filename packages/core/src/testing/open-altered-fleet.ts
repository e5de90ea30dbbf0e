import { assembleFleet, type Fleet } from "../fleet.ts";
import { JobMemoryStore } from "../jobs/job-memory-store.ts";
import { silentLogger } from "../logger.ts";
import { openPostgresStore } from "../postgres/open-postgres-store.ts";
import type { Store } from "../store.ts";

export interface AlteredFleetOptions {
  /** A `postgres://` URL. */
  readonly url: string;
  /** How long a copy in memory is trusted. */
  readonly trustMs: number;
  /** Puts other parts in the place of real ones. */
  readonly alter: (store: Store) => Store;
}

/** Opens a fleet of the real parts but for some, to see what notices that those misbehave. */
export async function openAlteredFleet({ url, trustMs, alter }: AlteredFleetOptions): Promise<Fleet> {
  const memory = new JobMemoryStore();
  const store = await openPostgresStore({ database: { kind: "server", url }, memory, logger: silentLogger, migrate: true });
  return assembleFleet({ store: alter(store), logger: silentLogger, trustMs });
}
