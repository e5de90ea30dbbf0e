import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { openFleet } from "@skill-fleet/core";
import { median } from "../rounds.js";
import { startServer } from "../server-process.js";

const command = [fileURLToPath(new URL("../../apps/cli/bin/skill-fleet.js", import.meta.url)), "serve", "--port", "0"];
const bareHttp = [fileURLToPath(new URL("../servers/bare-http.js", import.meta.url)), "{}"];
/** With V8 told what the fleet tells it. */
const barePglite = ["--no-wasm-tier-up", "--no-wasm-dynamic-tiering", fileURLToPath(new URL("../servers/bare-pglite.js", import.meta.url))];

const pollMs = 500;
/** Memory is at rest when it has changed by less than one part in a hundred for so long. */
const restMs = 2_000;
const restWithinMs = 15_000;

/** @type {import("../figure.js").Group} */
export const startFigures = {
  name: "start",
  title: "The start of a server",
  notes: `\`skill-fleet serve\` with its worker, in a process of its own: how long it takes from the spawn to the first reply of
\`/health\`, and the memory that the process has (RSS) once that does not change any more. The tables are there already, but for
a first start. The floor on PostgreSQL is a Node process that serves HTTP and does nothing else; what stands between is some 600
modules, which Node 20 reads and compiles anew each time, and what V8 keeps of them. The floor of the embedded database is PGlite
alone on the same folder, with as little memory as the fleet gives it: Node itself, PostgreSQL as WebAssembly with what V8
makes of it, and its files. As it comes, with 128 MB of buffers and faster code made in the background, PGlite alone has twice
the memory that is aimed at here. A first start makes the database in a process of its own, which takes its 600 MB with it.`,
  measure,
};

async function* measure({ server, lengths: { rounds } }) {
  const database = await server.createDatabase();
  const sides = { onServer: [], first: [], embedded: [], pglite: [], node: [] };
  try {
    await (await openFleet({ persistence: { kind: "server", url: database.url } })).close();
    for (let round = 0; round < rounds; round += 1) {
      const folder = await mkdtemp(join(tmpdir(), "skill-fleet-start-"));
      try {
        sides.onServer.push(await startOnce(command, { cwd: folder, env: { DATABASE_URL: database.url } }));
        sides.first.push(await startOnce(command, { cwd: folder }));
        sides.embedded.push(await startOnce(command, { cwd: folder }));
        sides.pglite.push(await startOnce([...barePglite, join(folder, ".skill-fleet", "postgres")]));
        sides.node.push(await startOnce(bareHttp));
      } finally {
        await rm(folder, { recursive: true });
      }
    }
  } finally {
    await database[Symbol.asyncDispose]();
  }
  const { onServer, first, embedded, pglite, node } = sides;
  yield time("start on PostgreSQL", { ours: onServer, target: 1_000 });
  yield time("start on PostgreSQL, next to its floor", { ours: onServer, nextTo: "a Node process that serves HTTP", theirs: node });
  yield time("start with the embedded database", { ours: embedded, target: 3_000 });
  yield time("start with the embedded database, next to its floor", { ours: embedded, nextTo: "PGlite alone", theirs: pglite });
  yield time("first start with the embedded database, which makes it", { ours: first });
  yield memory("memory at rest on PostgreSQL", { ours: onServer, target: 90 });
  yield memory("memory at rest on PostgreSQL, next to its floor", {
    ours: onServer,
    nextTo: "a Node process that serves HTTP",
    theirs: node,
  });
  yield memory("memory at rest with the embedded database", { ours: embedded, target: 150 });
  yield memory("memory at rest after the first start, which made it", { ours: first, target: 150 });
  yield memory("memory at rest with the embedded database, next to its floor", { ours: embedded, nextTo: "PGlite alone", theirs: pglite });
}

const time = (name, sides) => figure(name, sides, { unit: "ms", of: ({ readyMs }) => readyMs });
const memory = (name, sides) => figure(name, sides, { unit: "MB", of: ({ restMb }) => restMb });

function figure(name, { ours, theirs, nextTo, target }, { unit, of }) {
  const amount = (starts) => starts && Math.round(median(starts.map(of)));
  return { name, ours: amount(ours), theirs: amount(theirs), nextTo, unit, better: "less", target };
}

/** Starts a server, waits until it replies and rests, and ends it as an operator would. */
async function startOnce(args, options) {
  const start = performance.now();
  const server = await startServer(args, options);
  const reply = await fetch(`${server.url}/health`);
  if (!reply.ok) throw new Error(`${args[0]} says that it listens, and replies with ${reply.status}.`);
  await reply.arrayBuffer();
  const readyMs = performance.now() - start;
  const restMb = await memoryAtRest(server.pid);
  await server.end();
  return { readyMs, restMb };
}

async function memoryAtRest(pid) {
  let [settledMb, settledMs] = [await residentMb(pid), 0];
  for (let waitedMs = 0; settledMs < restMs && waitedMs < restWithinMs; waitedMs += pollMs) {
    await delay(pollMs);
    const mb = await residentMb(pid);
    if (Math.abs(mb - settledMb) < settledMb / 100) settledMs += pollMs;
    else [settledMb, settledMs] = [mb, 0];
  }
  return settledMb;
}

/** The memory of a process, in MB as `ps` and the target have them: 1,024 KB. */
async function residentMb(pid) {
  const { stdout } = await promisify(execFile)("ps", ["-o", "rss=", "-p", String(pid)]);
  return Number(stdout) / 1_024;
}
