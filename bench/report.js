import { writeFileSync } from "node:fs";
import { cpus, totalmem, type } from "node:os";
import { columns, presentFigure } from "./figure.js";

const introduction = `Every figure is measured next to another, in one run: the two sides take turns for several rounds, and the
medians are compared. A ratio says more than a number a second, which is true of one machine only. PostgreSQL
runs with \`fsync\` and \`synchronous_commit\` on, for everybody.`;

/** Figures as a Markdown table. @param {import("./figure.js").Figure[]} figures */
export function presentTable(figures) {
  const rows = [columns, columns.map(() => "---"), ...figures.map(presentFigure)];
  return rows.map((row) => `| ${row.join(" | ")} |`).join("\n");
}

/** Facts, each a name and a number, as a Markdown table. */
export function presentFacts(facts) {
  const rows = [["fact", "count"], ["---", "---"], ...facts.map(([name, count]) => [name, count.toLocaleString("en-US")])];
  return rows.map((row) => `| ${row.join(" | ")} |`).join("\n");
}

/** A group as a section of the page. */
export function presentSection({ title, notes }, figures) {
  return `## ${title}\n\n${notes.trim()}\n\n${presentTable(figures)}`;
}

export function writeDocument(file, { sections, postgresVersion }) {
  const [{ model }] = cpus();
  const machine = `${cpus().length} cores (${model.trim()}), ${Math.round(totalmem() / 2 ** 30)} GB, ${type()}`;
  const versions = `Node ${process.versions.node}, PostgreSQL ${postgresVersion}`;
  const date = new Date().toISOString().slice(0, 10);
  const origin = `Measured on ${date} on ${machine}; ${versions}. \`npx -y pnpm bench --write\` prints and writes this page.`;
  writeFileSync(file, `${["# Benchmarks", origin, introduction, ...sections].join("\n\n")}\n`);
}
