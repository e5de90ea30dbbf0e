import { writeFileSync } from "node:fs";
import { cpus, totalmem, type } from "node:os";

const notes = `Each row is a ratio within one run: the two sides take turns for several rounds, and the medians are
compared. PostgreSQL runs with \`fsync\` and \`synchronous_commit\` on.

- **create, update**: \`JobManager\` on a PostgreSQL server, next to prepared single-row statements through a
  pool of 64 connections on a table of the same columns. Ours writes an event beside the job; the bare
  side does not. Ours sends what is written in one tick in one statement; that is where the ratio
  above 1 comes from, and why a single caller, who has nobody to share with, pays for the event.
- **get of a hot job**: from memory, next to a SELECT.
- **REST, tRPC**: the server in a process of its own, 16 connections, next to a \`node:http\` server that
  replies with the same bytes, and to a tRPC router on the same adapter whose query returns a constant.
  A POST waits for a commit; the bare server has nothing to wait for.
- **job created, claimed, run, completed**: 128 callers create jobs, a worker with 200 slots in the same
  process does nothing with each; rows, events and results are kept. Next to one UPDATE of a narrow row by
  64 callers, although a job's life is three statements.
- **JobMemoryStore**: next to a \`Map\` that knows nothing of time.
`;

export function presentFigure({ name, bare, rates: [ours, theirs] }) {
  return [name, bare, perSecond(ours), perSecond(theirs), (ours / theirs).toFixed(2)];
}

const head = ["figure", "next to", "ours, per second", "bare, per second", "ratio"];

/** The figures as a Markdown table. */
export function presentTable(figures) {
  const rows = [head, head.map(() => "---"), ...figures.map(presentFigure)];
  return rows.map((row) => `| ${row.join(" | ")} |`).join("\n");
}

/** Counted facts as a Markdown table. */
export function presentFacts(facts) {
  const rows = [["fact", "count"], ["---", "---"], ...facts.map(([name, count]) => [name, count.toLocaleString("en-US")])];
  return rows.map((row) => `| ${row.join(" | ")} |`).join("\n");
}

export function writeDocument(file, { figures, parked, postgresVersion }) {
  const [{ model }] = cpus();
  const machine = `${cpus().length} cores (${model.trim()}), ${Math.round(totalmem() / 2 ** 30)} GB, ${type()}`;
  const versions = `Node ${process.versions.node}, PostgreSQL ${postgresVersion}`;
  const date = new Date().toISOString().slice(0, 10);
  const origin = `Measured on ${date} on ${machine}; ${versions}. \`npx -y pnpm bench --write\` prints and writes this page.`;
  const waiting = `## Jobs that wait for a person\n\n${presentFacts(parked)}`;
  writeFileSync(file, `# Benchmarks\n\n${origin}\n\n${notes}\n${presentTable(figures)}\n\n${waiting}\n`);
}

function perSecond(rate) {
  return Math.round(rate).toLocaleString("en-US");
}
