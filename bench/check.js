import { presentNumber } from "./figure.js";
import { measureGroups } from "./measure.js";
import { lengths } from "./rounds.js";

/** A ratio may be so many times worse than what is written down: machines differ, and other programs run beside. */
const tolerance = 2;

/**
 * A second of a busy machine is no proof: what fell is measured again, with its group, and counts when it fell in every look.
 * The last look has all rounds, but no time for millions of jobs.
 */
const looks = [lengths.quick, lengths.quick, { ...lengths.full, manyJobs: lengths.quick.manyJobs }];

/**
 * Compares the ratios of a short run with those that are written down, prints both, and says whether none fell.
 *
 * What needs the peers, facts that stand alone and ratios that are unsteady are not checked.
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
  const measure = async (some, length) => {
    const results = await measureGroups(some, { server, lengths: length });
    return results.flatMap(({ name, figures }) =>
      figures
        .filter(({ ratio, isUnsteady }) => ratio !== undefined && !isUnsteady)
        .map((figure) => ({ group: name, ...figure, before: known.get(keyOf(figure)) }))
        .filter(({ before }) => before !== undefined),
    );
  };

  const startMs = performance.now();
  const [first, ...more] = looks;
  const figures = await measure(checked, first);
  for (const length of more) {
    const fallen = figures.filter(hasFallen);
    if (fallen.length === 0) break;
    process.stderr.write(`Looked at again: ${fallen.map(keyOf).join("; ")}\n`);
    const groupsAgain = checked.filter(({ name }) => fallen.some(({ group }) => group === name));
    const again = new Map((await measure(groupsAgain, length)).map((figure) => [keyOf(figure), figure]));
    for (const figure of fallen) figures[figures.indexOf(figure)] = again.get(keyOf(figure)) ?? figure;
  }
  for (const figure of figures) {
    const ratios = `written down ${presentNumber(figure.before)}, now ${presentNumber(figure.ratio)}`;
    console.log(`${hasFallen(figure) ? "FELL" : "ok  "}  ${keyOf(figure)}: ${ratios}`);
  }
  console.log(`${figures.length} ratios in ${Math.round((performance.now() - startMs) / 1_000)} s`);
  return figures.length > 0 && !figures.some(hasFallen);
}

function hasFallen({ better, ratio, before }) {
  return better === "more" ? ratio * tolerance < before : ratio > before * tolerance;
}

function keyOf({ name, nextTo }) {
  return `${name}, next to ${nextTo}`;
}
