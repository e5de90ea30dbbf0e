import { cpus, totalmem, type } from "node:os";
import { columns, presentFigure } from "./figure.js";

const introduction = `Every figure is measured next to another, in one run of its group: the two sides take turns for several rounds, and the
medians are compared. A ratio says more than a number a second, which is true of one machine only. PostgreSQL
runs with \`fsync\` and \`synchronous_commit\` on, for everybody.`;

/**
 * What a run has found, as `bench/results.json` keeps it.
 *
 * @typedef {object} Results
 * @property {string} date
 * @property {string} machine
 * @property {string} versions of Node, PostgreSQL and, if they were there, of what the contestants were run with
 * @property {{ name: string, figures?: (import("./figure.js").Figure & { ratio?: number })[], leftOut?: string }[]} groups
 */

/** When, where and with what something was measured. @param {{ postgres: string, contestants?: Record<string, string> }} versions */
export function describeRun({ postgres, contestants }) {
  const [{ model }] = cpus();
  const list = contestants === undefined ? "" : Object.entries(contestants).map(([name, version]) => `${name} ${version}`);
  return {
    date: new Date().toISOString().slice(0, 10),
    machine: `${cpus().length} cores (${model.trim()}), ${Math.round(totalmem() / 2 ** 30)} GB, ${type()}`,
    versions: `Node ${process.versions.node}, PostgreSQL ${postgres}${list === "" ? "" : `; the job queues: ${list.join(", ")}`}`,
  };
}

/** Throws unless a run's groups may stand beside those that are written. @param {Results} written @param {ReturnType<typeof describeRun>} run */
export function refuseToMix(written, run) {
  for (const key of ["machine", "versions"]) {
    if (written[key] !== run[key])
      throw new Error(`The other groups were measured with other ${key}, ${written[key]}, and this is ${run[key]}: measure all of them.`);
  }
}

/** What was written, with the groups of a later run in place of its own. @param {Results} written @param {Results} later @returns {Results} */
export function mergeResults(written, later) {
  const others = written.groups.filter(({ name }) => !later.groups.some((group) => group.name === name));
  return { ...later, groups: [...others, ...later.groups] };
}

/** Facts, each a name and a number, as a Markdown table. */
export function presentFacts(facts) {
  return presentRows([["fact", "count"], ["---", "---"], ...facts.map(([name, count]) => [name, count.toLocaleString("en-US")])]);
}

/** A group as a section of the page. @param {import("./figure.js").Group} group @param {Results["groups"][number]} result */
export function presentSection({ title, notes }, { figures, leftOut }) {
  const body =
    figures === undefined ? `Left out: ${leftOut}` : presentRows([columns, columns.map(() => "---"), ...figures.map(presentFigure)]);
  return `## ${title}\n\n${notes.trim()}\n\n${body}`;
}

/** The whole page. @param {Results} results */
export function presentDocument({ date, machine, versions }, sections) {
  const origin = `Measured on ${date} on ${machine}; ${versions}. \`npx -y pnpm bench --write\` measures anew and writes this page.`;
  return `${["# Benchmarks", origin, introduction, ...sections].join("\n\n")}\n`;
}

function presentRows(rows) {
  return rows.map((row) => `| ${row.join(" | ")} |`).join("\n");
}
