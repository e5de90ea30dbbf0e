import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { startPostgresServer } from "@skill-fleet/core/testing";
import pg from "pg";
import { check } from "./check.js";
import { groups } from "./groups.js";
import { measureGroups } from "./measure.js";
import { installPeers } from "./peers/install.js";
import { describeRun, mergeResults, presentDocument, presentSection, refuseToMix } from "./report.js";
import { lengths } from "./rounds.js";

const help = `Measures the fleet next to what lies below it, and next to other job queues, which it installs into bench/peers.

  --only NAME   ${groups.map(({ name }) => name).join(", ")}; can be repeated (default: all)
  --quick       short rounds
  --no-peers    without the other job queues, and without a network
  --refresh     look for newer versions of them, though those that are there are not a day old
  --json FILE   write what was found as JSON, too
  --write       write docs/benchmarks.md and bench/results.json; with --only, in place of those groups, if all else was measured
                on the same machine with the same versions
  --check       a short run without peers that fails when a ratio is less than half as good as bench/results.json says, three times`;

const { values } = parseArgs({
  options: {
    only: { type: "string", multiple: true },
    quick: { type: "boolean" },
    "no-peers": { type: "boolean" },
    refresh: { type: "boolean" },
    json: { type: "string" },
    write: { type: "boolean" },
    check: { type: "boolean" },
    help: { type: "boolean" },
  },
});
const resultsFile = fileURLToPath(new URL("results.json", import.meta.url));
const documentFile = fileURLToPath(new URL("../docs/benchmarks.md", import.meta.url));

function readResults() {
  if (!existsSync(resultsFile)) throw new Error("Nothing is written down in bench/results.json to compare with: run with --write first.");
  return JSON.parse(readFileSync(resultsFile, "utf8"));
}

async function report(chosen, server) {
  const { peers, whyNoPeers } = await findPeers();
  const run = describeRun({ postgres: await versionOf(server), contestants: peers?.versions });
  const addsToWritten = values.write && values.only !== undefined;
  if (addsToWritten) refuseToMix(readResults(), run);
  const measured = await measureGroups(chosen, { server, lengths: values.quick ? lengths.quick : lengths.full, peers, whyNoPeers });
  const results = { ...run, groups: measured };
  const sections = chosen.map((group, index) => presentSection(group, measured[index]));
  console.log(`${results.versions}\n\n${sections.join("\n\n")}`);
  if (values.json) writeFileSync(values.json, toJson(results));
  if (values.write) write(addsToWritten ? mergeResults(readResults(), results) : results);
}

function write(results) {
  const written = groups.flatMap((group) => results.groups.filter(({ name }) => name === group.name).map((result) => ({ group, result })));
  writeFileSync(resultsFile, toJson(results));
  writeFileSync(
    documentFile,
    presentDocument(
      results,
      written.map(({ group, result }) => presentSection(group, result)),
    ),
  );
}

function toJson(results) {
  return `${JSON.stringify(results, null, 2)}\n`;
}

/** The peers, or why there are none: the rest can be measured without them. */
async function findPeers() {
  if (values["no-peers"]) return { whyNoPeers: "the other job queues were not asked for." };
  try {
    return { peers: await installPeers({ refresh: values.refresh }) };
  } catch (error) {
    process.stderr.write(`Without the other job queues: ${error.message}\n`);
    return { whyNoPeers: `the other job queues could not be installed: ${error.message}` };
  }
}

async function versionOf(server) {
  const client = new pg.Client({ connectionString: server.url("postgres") });
  await client.connect();
  const { rows } = await client.query("show server_version");
  await client.end();
  return rows[0].server_version;
}

function chooseGroups() {
  const unknown = values.only?.find((name) => !groups.some((group) => group.name === name));
  if (unknown !== undefined) throw new Error(`There is no group ${unknown}. There are ${groups.map(({ name }) => name).join(", ")}.`);
  return values.only === undefined ? groups : groups.filter(({ name }) => values.only.includes(name));
}

if (values.help) {
  console.log(help);
} else {
  const chosen = chooseGroups();
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(1));
  const server = await startPostgresServer({ fsync: true });
  try {
    if (!values.check) await report(chosen, server);
    else if (!(await check(chosen, readResults(), server))) process.exitCode = 1;
  } finally {
    await server[Symbol.asyncDispose]();
  }
}
