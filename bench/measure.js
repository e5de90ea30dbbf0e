import { presentFigure, ratioOf } from "./figure.js";

/**
 * Measures groups, one after the other, and says on standard error how far it is.
 *
 * @param {import("./figure.js").Group[]} groups
 * @param {import("./figure.js").Context & { whyNoPeers?: string }} context
 * @returns {Promise<import("./report.js").Results["groups"]>}
 */
export async function measureGroups(groups, { whyNoPeers, ...context }) {
  const results = [];
  for (const group of groups) {
    process.stderr.write(`${group.title}\n`);
    if (group.needsPeers && context.peers === undefined) {
      process.stderr.write(`  left out: ${whyNoPeers}\n`);
      results.push({ name: group.name, leftOut: whyNoPeers });
      continue;
    }
    const figures = [];
    for await (const figure of group.measure(context)) {
      process.stderr.write(`  ${presentFigure(figure).join("  ")}\n`);
      figures.push({ ...figure, ratio: ratioOf(figure) });
    }
    results.push({ name: group.name, figures });
  }
  return results;
}
