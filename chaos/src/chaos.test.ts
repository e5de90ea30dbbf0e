import { startPostgresServer } from "@skill-fleet/core/testing";
import { expect, test } from "vitest";
import { check } from "./check.ts";
import { anySeed } from "./options.ts";
import { describeBreaks } from "./report.ts";
import { runRound } from "./run-round.ts";

/** Less than this, and the round has shown nothing. */
const fewestEvents = 20;

test("three servers on one database keep every promise while they are killed, paused, cut off, and their clocks disagree", async () => {
  // One of its own: it goes down on the way.
  await using server = await startPostgresServer();
  const seed = anySeed();
  const faults: string[] = [];
  const evidence = await runRound({ server, seed, loadMs: 20_000, say: (line) => faults.push(line) });
  const breaks = check(evidence);
  expect(breaks, `${describeBreaks(breaks)}\n${faults.join("\n")}\nAgain: pnpm test:chaos --seed ${seed}`).toEqual({});
  expect(evidence.state.events.length).toBeGreaterThan(fewestEvents);
}, 240_000);
