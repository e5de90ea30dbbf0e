import { startPostgresServer } from "@skill-fleet/core/testing";
import { check } from "./check.ts";
import { type Options, readOptions, usage } from "./options.ts";
import { describeBreaks, describeLoad } from "./report.ts";
import { runRound } from "./run-round.ts";

const roundMs = 30_000;

const say = (line: string) => void process.stderr.write(`${line}\n`);

const interrupted = 130;
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(interrupted));

process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  let options: Options | undefined;
  try {
    options = readOptions(args);
  } catch (error) {
    say(error instanceof Error ? error.message : String(error));
    return 2;
  }
  if (options === undefined) {
    process.stdout.write(usage);
    return 0;
  }
  return runRounds(options);
}

/** Runs rounds until time is up or one breaks a promise, and returns the exit status. */
async function runRounds({ minutes, seed: firstSeed }: Options): Promise<number> {
  await using server = await startPostgresServer();
  const endsAtMs = performance.now() + minutes * 60_000;
  for (let seed = firstSeed; performance.now() < endsAtMs; seed += 1) {
    say(`Round with seed ${seed}`);
    const loadMs = Math.min(roundMs, Math.max(1_000, endsAtMs - performance.now()));
    const evidence = await runRound({ server, seed, loadMs, say: (line) => say(`  ${line}`) });
    say(describeLoad(evidence));
    const breaks = check(evidence);
    if (Object.keys(breaks).length === 0) continue;
    say(describeBreaks(breaks));
    say(`Broken with seed ${seed}: pnpm test:chaos --seed ${seed}`);
    return 1;
  }
  say("Every promise was kept.");
  return 0;
}
