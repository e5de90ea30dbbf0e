import { setMaxListeners } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import type { Call, Outcome } from "../history/call.ts";
import { jobsOf } from "../history/call.ts";
import type { Random } from "../random.ts";
import { Board } from "./board.ts";
import { makeMove, weights } from "./moves.ts";
import { acknowledged, refusedOrUnknown } from "./outcome.ts";
import type { Port } from "./port.ts";

export interface Load {
  /** Each client's own way to every instance. `insists`: whether it repeats by itself what got no reply. */
  readonly portsOf: (insists: boolean) => readonly Port[];
  readonly clients: number;
  readonly random: Random;
  /** Ends the load. Calls under way are waited for. */
  readonly signal: AbortSignal;
  /** How many calls are enough, when the signal does not end it sooner. Default: no number is. */
  readonly enough?: number;
  /** How long the load lasts at least, however many calls are made. Default: 0. */
  readonly leastMs?: number;
  /** How long a client waits for a reply at most. */
  readonly patienceMs: number;
}

/** A client falls silent as often as this, longer than a lease lasts: what it had is given to others then. */
const silence = { probability: 0.004, ms: 2_500 } as const;

/** Lets clients do whatever they like until the signal ends, and returns the history: every call, in the order in which they ended. */
export async function runClients({
  portsOf,
  clients,
  random,
  signal,
  enough = Number.POSITIVE_INFINITY,
  leastMs = 0,
  patienceMs,
}: Load): Promise<Call[]> {
  // Every client that is silent listens, and most may be at once.
  setMaxListeners(0, signal);
  const calls: Call[] = [];
  const board = new Board();
  const leastEndMs = performance.now() + leastMs;
  let count = 0;

  const live = async (client: number, chance: Random): Promise<void> => {
    // One in three does what the SDK does by itself; the others show what each single try does.
    const insists = client % 3 === 2;
    const ports = portsOf(insists);
    const highest = new Map<string, number>();
    while (!signal.aborted && (calls.length < enough || performance.now() < leastEndMs)) {
      if (chance.chance(silence.probability)) await delay(silence.ms, undefined, { signal }).catch(() => {});
      count += 1;
      const number = count;
      const maker = {
        random: chance,
        board,
        workerId: `worker-${client}`,
        mark: `mark-${number}`,
        seen: (id: string) => highest.get(id) ?? 0,
      };
      const move = makeMove(chance.weighted(weights), maker);
      const instance = chance.between(0, ports.length - 1);
      // Lets the others have their turn, also while there is nothing to do.
      await delay(move === undefined ? 5 : chance.between(0, 5));
      if (move === undefined) continue;
      const startedMs = performance.now();
      const outcome: Outcome = await move
        .perform(ports[instance] as Port, { signal: AbortSignal.timeout(patienceMs) })
        .then(acknowledged, refusedOrUnknown);
      const call: Call = { number, client, instance, insists, ...move.facts, startedMs, endedMs: performance.now(), outcome };
      calls.push(call);
      for (const { id, version } of jobsOf(call)) highest.set(id, Math.max(version, highest.get(id) ?? 0));
      // A server that is away refuses at once: without a breath the history would be full of that.
      if (outcome.kind === "unknown") await delay(50);
    }
  };

  await Promise.all(Array.from({ length: clients }, (_, client) => live(client, random.fork())));
  return calls;
}
