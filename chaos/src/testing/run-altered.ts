import type { Fleet } from "@skill-fleet/core";
import { createTestDatabase, openAlteredFleet, type Store } from "@skill-fleet/core/testing";
import { readFinalState } from "../history/final-state.ts";
import { runClients } from "../load/clients.ts";
import type { Port } from "../load/port.ts";
import { Random } from "../random.ts";
import type { Evidence } from "../rules/rule.ts";
import { inProcess } from "./in-process.ts";

export interface AlteredRun {
  readonly seed: number;
  /** What is wrong with every instance. Default: nothing. */
  readonly alter?: (store: Store) => Store;
  /** What is wrong with the way to every instance. Default: nothing. */
  readonly alterPort?: (port: Port) => Port;
  /** How long the instances trust a copy. Default: 300 ms. */
  readonly trustMs?: number;
  /** How long the load lasts at least. Default: 0. */
  readonly leastMs?: number;
}

/** How long an instance is to trust a copy here: short, for the run is. */
const trustMs = 300;
/** Loads wait for their turn in one busy process. */
const marginMs = 2_000;
const callCount = 1_500;
const longestMs = 30_000;
const sweepIntervalMs = 100;

const itself = <Part>(part: Part) => part;

/** Drives two fleets in this process on one database, without any fault but those that are planted. */
export async function runAltered({
  seed,
  alter = itself,
  alterPort = itself,
  trustMs: trust = trustMs,
  leastMs = 0,
}: AlteredRun): Promise<Evidence> {
  await using database = await createTestDatabase();
  const fleets: Fleet[] = [];
  for (let index = 0; index < 2; index += 1) fleets.push(await openAlteredFleet({ url: database.url, trustMs: trust, alter }));
  const ports = fleets.map((fleet) => alterPort(inProcess(fleet)));
  const sweep = setInterval(() => {
    for (const { prompts, leases } of fleets) void Promise.allSettled([prompts.expireOverdue(), leases.expireOverdue()]);
  }, sweepIntervalMs);
  const calls = await runClients({
    portsOf: () => ports,
    clients: 12,
    random: new Random(seed),
    signal: AbortSignal.timeout(longestMs),
    enough: callCount,
    leastMs,
    patienceMs: 10_000,
  });
  clearInterval(sweep);
  await Promise.all(fleets.map((fleet) => fleet.close()));
  return { calls, state: await readFinalState(database.url), staleLimitMs: trustMs + marginMs, holdUps: [] };
}
