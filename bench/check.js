import { presentNumber } from "./figure.js";
import { measureGroups } from "./measure.js";
import { lengths } from "./rounds.js";

/** A ratio may be so many times worse than what is written down: machines differ, and other programs run beside. */
const tolerance = 2;

/**
 * Compares the ratios of a short run with those that are written down, prints both, and says whether none fell.
 *
 * A ratio that fell is measured once more, for longer, before it counts: a second of a busy machine is no
 * proof. What needs the peers, and facts that stand alone, are not checked.
 *
 * @param {import("./figure.js").Group[]} groups
 * @param {import("./report.js").Results} written
 */
export async function check(groups, written, server) {
  const known = new Map(written.groups.flatMap(({ figures = [] }) => figures).map((figure) => [keyOf(figure), figure.ratio]));
  const checked = groups.filter(({ name, needsPeers }) => {
    const figures = written.groups.find((group) => group.name === name)?.figures ?? [];
    return !needsPeers && figures.some(({ ratio }) => ratio !== undefined);
  });
  const compare = async (some, length) => {
    const results = await measureGroups(some, { server, lengths: length });
    return results.flatMap(({ name, figures }) =>
      figures.filter((figure) => known.has(keyOf(figure)) && figure.ratio !== undefined).map((figure) => ({ group: name, ...figure })),
    );
  };
  const hasFallen = (figure) => {
    const before = known.get(keyOf(figure));
    return figure.better === "more" ? figure.ratio * tolerance < before : figure.ratio > before * tolerance;
  };

  const figures = await compare(checked, lengths.quick);
  const doubtful = figures.filter(hasFallen);
  if (doubtful.length > 0) {
    process.stderr.write(`Measured once more, for longer: ${doubtful.map(keyOf).join("; ")}\n`);
    const names = new Set(doubtful.map(({ group }) => group));
    const again = await compare(
      checked.filter(({ name }) => names.has(name)),
      lengths.full,
    );
    for (const [index, figure] of figures.entries()) figures[index] = again.find((other) => keyOf(other) === keyOf(figure)) ?? figure;
  }
  for (const figure of figures) {
    const ratios = `written down ${presentNumber(known.get(keyOf(figure)))}, now ${presentNumber(figure.ratio)}`;
    console.log(`${hasFallen(figure) ? "FELL" : "ok  "}  ${keyOf(figure)}: ${ratios}`);
  }
  return figures.length > 0 && !figures.some(hasFallen);
}

function keyOf({ name, nextTo }) {
  return `${name}, next to ${nextTo}`;
}
