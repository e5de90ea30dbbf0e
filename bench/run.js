import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { startPostgresServer } from "@skill-fleet/core/testing";
import pg from "pg";
import { databaseFigures } from "./figures/database.js";
import { memoryFigures } from "./figures/memory.js";
import { parkedFacts } from "./figures/parked.js";
import { wireFigures } from "./figures/wire.js";
import { workerFigures } from "./figures/workers.js";
import { presentFacts, presentFigure, presentTable, writeDocument } from "./report.js";
import { lengths } from "./rounds.js";

const help = `Measures the fleet next to the bare thing below it.

  --quick       short rounds
  --json FILE   write the figures as JSON, too
  --write       write docs/benchmarks.md`;

const { values } = parseArgs({
  options: { quick: { type: "boolean" }, json: { type: "string" }, write: { type: "boolean" }, help: { type: "boolean" } },
});

async function measure() {
  const length = values.quick ? lengths.quick : lengths.full;
  const server = await startPostgresServer({ fsync: true });
  try {
    const figures = [];
    for (const group of [
      memoryFigures(length),
      databaseFigures(server, length),
      wireFigures(server, length),
      workerFigures(server, length),
    ]) {
      for await (const figure of group) {
        process.stderr.write(`${presentFigure(figure).join("  ")}\n`);
        figures.push(figure);
      }
    }
    return { figures, parked: await parkedFacts(server), postgresVersion: await versionOf(server) };
  } finally {
    await server[Symbol.asyncDispose]();
  }
}

async function versionOf(server) {
  const client = new pg.Client({ connectionString: server.url("postgres") });
  await client.connect();
  const { rows } = await client.query("show server_version");
  await client.end();
  return rows[0].server_version;
}

if (values.help) {
  console.log(help);
} else {
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(1));
  const results = await measure();
  console.log(`${presentTable(results.figures)}\n\n${presentFacts(results.parked)}`);
  if (values.json) writeFileSync(values.json, JSON.stringify(results, null, 2));
  if (values.write) writeDocument(fileURLToPath(new URL("../docs/benchmarks.md", import.meta.url)), results);
}
