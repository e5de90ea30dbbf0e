import type { Random } from "../random.ts";

/** What can happen to one instance, and for how long at least and at most, in milliseconds. */
const instanceFaults = {
  /** `kill -9`, and a new process on the same port. */
  kill: [100, 1_500],
  /** SIGSTOP past the leases of its time, then SIGCONT. */
  pause: [500, 3_500],
  /** Its way to the database carries nothing, and reports nothing. */
  stall: [200, 3_000],
  /** Its connections to the database are reset, and new ones too. */
  drop: [50, 1_500],
} as const;

/** The same for the database. */
const databaseFaults = {
  /** PostgreSQL goes down, and comes back. */
  restart: [100, 1_500],
  /** The server ends the connections of the change feeds. */
  cutFeeds: [0, 0],
  /** The server ends every connection. */
  cutAll: [0, 0],
} as const;

const lengths = { ...instanceFaults, ...databaseFaults };

export type FaultKind = keyof typeof lengths;

/** One fault: `atMs` from the start of the load it begins, and `lengthMs` later it is repaired. */
export interface Fault {
  readonly kind: FaultKind;
  readonly atMs: number;
  readonly lengthMs: number;
}

/** What happens to each instance, and to the database, one after the other. */
export interface Plan {
  readonly instances: readonly (readonly Fault[])[];
  readonly database: readonly Fault[];
  /** How far the clock of each instance is off. */
  readonly clockOffsetsMs: readonly number[];
}

/** How long all is well between two faults in one place. */
const calmMs = { instance: [3_000, 10_000], database: [3_000, 9_000] } as const;

const minute = 60_000;

/** What is to happen in a run. The same chance makes the same plan. */
export function makePlan(random: Random, { instances, loadMs }: { instances: number; loadMs: number }): Plan {
  return {
    instances: Array.from({ length: instances }, () => {
      return series(random.fork(), { kill: 3, pause: 2, stall: 2, drop: 2 }, calmMs.instance, loadMs);
    }),
    database: series(random.fork(), { restart: 1, cutFeeds: 2, cutAll: 1 }, calmMs.database, loadMs),
    clockOffsetsMs: Array.from({ length: instances }, (_, index) => (index - 1) * 10 * minute),
  };
}

function series<Kind extends FaultKind>(
  random: Random,
  weights: Readonly<Record<Kind, number>>,
  calm: readonly [from: number, to: number],
  loadMs: number,
): Fault[] {
  const faults: Fault[] = [];
  let atMs = random.between(calm[0], calm[1]);
  while (atMs < loadMs) {
    const kind = random.weighted(weights);
    const lengthMs = random.between(lengths[kind][0], lengths[kind][1]);
    faults.push({ kind, atMs, lengthMs });
    atMs += lengthMs + random.between(calm[0], calm[1]);
  }
  return faults;
}
