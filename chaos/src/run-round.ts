import { setTimeout as delay } from "node:timers/promises";
import { createClient } from "@skill-fleet/client";
import type { PostgresServer } from "@skill-fleet/core/testing";
import { carryOut } from "./faults/carry-out.ts";
import { makePlan } from "./faults/plan.ts";
import { runClients } from "./load/clients.ts";
import type { Port } from "./load/port.ts";
import { Random } from "./random.ts";
import type { Evidence } from "./rules/rule.ts";
import { openSite } from "./site.ts";

export interface RoundOptions {
  /** A server for this round alone: it is taken down and brought back. */
  readonly server: PostgresServer;
  readonly seed: number;
  readonly loadMs: number;
  /** Hears of every fault. Default: nobody. */
  readonly say?: (line: string) => void;
}

const instanceCount = 3;
const clientCount = 24;
/** Shorter than the longest silence of a client, so that what it had is given to others. */
const leaseTimeoutMs = 1_500;
/** Shorter than the longest pauses and stalls, so that replies are lost. */
const patienceMs = 2_000;
/** For how long an instance trusts a copy, by its documentation. */
const trustMs = 5_000;
/** What a busy machine adds to a reply. */
const marginMs = 2_000;

/** Drives servers on one database through the faults of a seed, and returns all that there is to check. */
export async function runRound({ server, seed, loadMs, say = () => {} }: RoundOptions): Promise<Evidence> {
  const random = new Random(seed);
  const plan = makePlan(random.fork(), { instances: instanceCount, loadMs });
  await using site = await openSite({ server, leaseTimeoutMs, clockOffsetsMs: plan.clockOffsetsMs });
  const ended = new AbortController();
  const load = runClients({
    portsOf: (insists) => site.urls.map((url): Port => createClient({ url, maxRetries: insists ? 4 : 0 })),
    clients: clientCount,
    random: random.fork(),
    signal: ended.signal,
    patienceMs,
  });
  const trouble = carryOut(plan, site.places, ended.signal, say);
  try {
    // The faults may be over sooner; whatever fails ends the round at once.
    await Promise.race([delay(loadMs), load, trouble.then(() => load)]);
  } finally {
    ended.abort();
    await Promise.allSettled([load, trouble]);
  }
  const holdUps = await trouble;
  return { calls: await load, state: await site.close(), staleLimitMs: trustMs + marginMs, holdUps };
}
