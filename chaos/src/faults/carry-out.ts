import { setTimeout as delay } from "node:timers/promises";
import type { HoldUp } from "../rules/rule.ts";
import type { Fault, FaultKind, Plan } from "./plan.ts";

/** Does a fault and repairs it: the first function begins it, the second ends it. */
type Trouble = readonly [begin: () => unknown, end: () => unknown];

/** What can be done to one place. */
export type Troubles = Partial<Record<FaultKind, Trouble>>;

export interface Places {
  readonly instances: readonly Troubles[];
  readonly database: Troubles;
}

/** What holds an instance up. */
const holdsUp: readonly FaultKind[] = ["pause", "stall"];

/** Does what the plan says, each place by itself, and returns when which instance was held up. Every fault that has begun is repaired before this returns, also when the signal ends it. */
export async function carryOut(plan: Plan, places: Places, signal: AbortSignal, say: (line: string) => void): Promise<HoldUp[]> {
  const holdUps: HoldUp[] = [];
  const startedMs = performance.now();
  const wait = (ms: number) => delay(Math.max(0, ms), undefined, { signal }).catch(() => {});
  const visit = async (faults: readonly Fault[], troubles: Troubles, name: string, instance?: number) => {
    for (const { kind, atMs, lengthMs } of faults) {
      await wait(atMs - (performance.now() - startedMs));
      const trouble = troubles[kind];
      if (signal.aborted || trouble === undefined) return;
      const [begin, end] = trouble;
      const beganMs = performance.now();
      await begin();
      await wait(lengthMs);
      await end();
      const endedMs = performance.now();
      if (instance !== undefined && holdsUp.includes(kind)) holdUps.push({ instance, fromMs: beganMs, toMs: endedMs });
      // A restart takes its time on top.
      say(
        `at ${Math.round(beganMs - startedMs)} ms: ${kind} ${name} for ${lengthMs} ms, repaired after ${Math.round(endedMs - beganMs)} ms`,
      );
    }
  };
  await Promise.all([
    ...plan.instances.map((faults, index) => visit(faults, places.instances[index] ?? {}, `instance ${index}`, index)),
    visit(plan.database, places.database, "the database"),
  ]);
  return holdUps;
}
