import { parseArgs } from "node:util";
import { presentFacts } from "./report.js";
import { lengths } from "./rounds.js";
import { layoutFacts } from "./scaling/layouts.js";
import { replicaFacts } from "./scaling/replica.js";
import { retentionFacts } from "./scaling/retention.js";
import { variants } from "./scaling/variants.js";

const help = `Measures what docs/scaling.md says: layouts of the tables, retention on many jobs, a streaming replica.

  --quick       short rounds
  --only NAME   layouts, retention or replica; can be repeated
  --jobs N      how many jobs retention has before it (default: 1000000)
  --layout NAME one of the layouts, next to "as it is"; can be repeated (default: all)`;

const { values } = parseArgs({
  options: {
    quick: { type: "boolean" },
    only: { type: "string", multiple: true },
    jobs: { type: "string", default: "1000000" },
    layout: { type: "string", multiple: true },
    help: { type: "boolean" },
  },
});

const parts = {
  layouts: async () => {
    const names = values.layout === undefined ? Object.keys(variants) : ["as it is", ...values.layout];
    return presentRows(await layoutFacts(values.quick ? lengths.quick : lengths.full, names));
  },
  retention: async () => presentFacts(await retentionFacts(Number(values.jobs))),
  replica: async () => presentFacts(await replicaFacts()),
};

function presentRows(rows) {
  const head = Object.keys(rows[0]);
  const cells = rows.map((row) => Object.values(row).map((value) => value.toLocaleString("en-US")));
  return [head, head.map(() => "---"), ...cells].map((row) => `| ${row.join(" | ")} |`).join("\n");
}

if (values.help) {
  console.log(help);
} else {
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(1));
  for (const name of values.only ?? Object.keys(parts)) console.log(`${await parts[name]()}\n`);
}
