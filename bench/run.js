import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { startPostgresServer } from "@skill-fleet/core/testing";
import pg from "pg";
import { presentFigure } from "./figure.js";
import { groups } from "./groups.js";
import { presentSection, writeDocument } from "./report.js";
import { lengths } from "./rounds.js";

const help = `Measures the fleet next to what lies below it.

  --only NAME   ${groups.map(({ name }) => name).join(", ")}; can be repeated (default: all)
  --quick       short rounds
  --json FILE   write the figures as JSON, too
  --write       write docs/benchmarks.md (everything is measured)`;

const { values } = parseArgs({
  options: {
    only: { type: "string", multiple: true },
    quick: { type: "boolean" },
    json: { type: "string" },
    write: { type: "boolean" },
    help: { type: "boolean" },
  },
});

async function measure(chosen) {
  const server = await startPostgresServer({ fsync: true });
  try {
    const results = [];
    for (const group of chosen) {
      process.stderr.write(`${group.title}\n`);
      const figures = [];
      for await (const figure of group.measure({ server, lengths: values.quick ? lengths.quick : lengths.full })) {
        process.stderr.write(`  ${presentFigure(figure).join("  ")}\n`);
        figures.push(figure);
      }
      results.push({ group, figures });
    }
    return { results, postgresVersion: await versionOf(server) };
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
  const chosen = values.only === undefined ? groups : groups.filter(({ name }) => values.only.includes(name));
  const { results, postgresVersion } = await measure(chosen);
  const sections = results.map(({ group, figures }) => presentSection(group, figures));
  console.log(sections.join("\n\n"));
  if (values.json)
    writeFileSync(
      values.json,
      JSON.stringify(
        results.flatMap(({ figures }) => figures),
        null,
        2,
      ),
    );
  if (values.write) writeDocument(fileURLToPath(new URL("../docs/benchmarks.md", import.meta.url)), { sections, postgresVersion });
}
