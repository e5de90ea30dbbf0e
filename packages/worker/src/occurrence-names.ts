/**
 * Tells the uses of one name apart: `draft`, `draft#2`, `draft#3`.
 *
 * A handler that starts over uses its names in the same order, so each finds what it had stored. Uses of
 * other names in between, added or removed by a later release, change nothing.
 */
export class OccurrenceNames {
  /** Made with the first name: every handler has three of these, and most use none. */
  #counts: Map<string, number> | undefined;

  next(name: string): string {
    this.#counts ??= new Map();
    const count = (this.#counts.get(name) ?? 0) + 1;
    this.#counts.set(name, count);
    return count === 1 ? name : `${name}#${count}`;
  }
}
