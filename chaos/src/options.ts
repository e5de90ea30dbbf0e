import { parseArgs } from "node:util";

export const usage = `Usage: pnpm test:chaos [--minutes N] [--seed S]

Runs three servers on one PostgreSQL with clients that do anything, while processes are killed and paused,
connections are cut and held up, and the database goes down; then holds every reply against what the fleet
promises. A round takes half a minute or so, on a new database each, and rounds follow until time is up.

  --minutes N  how long to go on; fractions are allowed (default: 10). The last round is finished.
  --seed S     a whole number: the first round has this seed, the next one the next number
               (default: any). The same seed makes the same faults at the same times.
  --help       this text

Exit status: 0 when every promise was kept, 1 when one was broken, 2 for a wrong option.
`;

export interface Options {
  readonly minutes: number;
  readonly seed: number;
}

/** The options of the command line; undefined when help is wanted. @throws with what is wrong */
export function readOptions(args: readonly string[]): Options | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      minutes: { type: "string", default: "10" },
      seed: { type: "string", default: String(anySeed()) },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) return undefined;
  const minutes = Number(values.minutes);
  if (!(minutes > 0)) throw new Error(`--minutes must be a number above 0; it is ${JSON.stringify(values.minutes)}`);
  if (!/^\d{1,9}$/.test(values.seed))
    throw new Error(`--seed must be a whole number of at most 9 digits; it is ${JSON.stringify(values.seed)}`);
  return { minutes, seed: Number(values.seed) };
}

/** A seed for who does not care. */
export function anySeed(): number {
  return Math.floor(Math.random() * 1e9);
}
