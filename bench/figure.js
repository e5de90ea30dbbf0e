/**
 * One measured fact, next to another that was measured in the same run, or alone.
 *
 * @typedef {object} Figure
 * @property {string} name what was measured: with `nextTo`, unique in the whole run
 * @property {number} ours
 * @property {number} [theirs] what `nextTo` reached; absent for a fact that stands alone
 * @property {string} [nextTo] what ours is compared with
 * @property {string} unit of `ours` and `theirs`: "a second", "ms", "bytes", "MB"; empty for a count
 * @property {"more" | "less"} better whether more of it is better
 * @property {number} [target] what is aimed at: a ratio where there is `theirs`, else a number of `unit`
 * @property {boolean} [isUnsteady] whether chance or the machine decides the ratio, so that a later run proves nothing by it
 *
 * @typedef {object} Group
 * @property {string} name what `--only` takes
 * @property {string} title its heading in the report
 * @property {string} notes what is compared with what, what the floor is and what stands between us and it
 * @property {boolean} [needsPeers] whether there is nothing to measure without the peers
 * @property {(context: Context) => AsyncIterable<Figure>} measure
 *
 * @typedef {object} Context
 * @property {object} server a PostgreSQL server
 * @property {{roundMs: number, rounds: number, manyJobs: number}} lengths
 * @property {{node: string, versions: Record<string, string>}} [peers] absent when they could not be had or were not asked for
 */

/** Ours by theirs; undefined for a fact that stands alone. @param {Figure} figure */
export function ratioOf({ ours, theirs }) {
  return theirs === undefined ? undefined : ours / theirs;
}

/** Whether what is aimed at is reached; undefined where nothing is. @param {Figure} figure */
function isReached(figure) {
  if (figure.target === undefined) return undefined;
  const reached = ratioOf(figure) ?? figure.ours;
  return figure.better === "more" ? reached >= figure.target : reached <= figure.target;
}

/** A figure as the cells of a row, as {@link columns} names them. @param {Figure} figure */
export function presentFigure(figure) {
  const { name, ours, theirs, nextTo = "", unit } = figure;
  const ratio = ratioOf(figure);
  return [
    name,
    presentAmount(ours, unit),
    nextTo,
    theirs === undefined ? "" : presentAmount(theirs, unit),
    ratio === undefined ? "" : presentNumber(ratio),
    presentTarget(figure),
  ];
}

export const columns = ["figure", "ours", "next to", "theirs", "ratio", "target"];

function presentTarget(figure) {
  const { theirs, target, better, unit } = figure;
  if (target === undefined) return "";
  const bound = better === "more" ? "at least" : "at most";
  const amount = theirs === undefined ? presentAmount(target, unit) : presentNumber(target);
  return `${bound} ${amount}${isReached(figure) ? "" : ", not reached"}`;
}

function presentAmount(amount, unit) {
  if (unit === "a second") return `${presentNumber(Math.round(amount))}/s`;
  return unit === "" ? presentNumber(amount) : `${presentNumber(amount)} ${unit}`;
}

export function presentNumber(number) {
  return number.toLocaleString("en-US", { maximumFractionDigits: number < 10 ? 2 : number < 100 ? 1 : 0 });
}
