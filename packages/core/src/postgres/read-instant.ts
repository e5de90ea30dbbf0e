import pg from "pg";

const parse = pg.types.getTypeParser(pg.types.builtins.TIMESTAMPTZ);

const dash = "-".charCodeAt(0);
const space = " ".charCodeAt(0);
const plus = "+".charCodeAt(0);

let lastText = "";
let lastMs = 0;

/**
 * The instant that a text of PostgreSQL's means; a number for an infinite one.
 *
 * With a `T` and the minutes of its offset the text is one that JavaScript reads by itself, which takes a tenth of the time
 * of the parser that `pg` comes with; that one reads what is left: infinities, years before 1 and after 9999, odd offsets.
 */
export function readInstant(text: string): Date | number {
  // All rows that one transaction wrote have its instant. A copy, because a date can be changed by whoever has it.
  if (text === lastText) return new Date(lastMs);
  const sign = text.charCodeAt(text.length - 3);
  if (text.charCodeAt(4) === dash && text.charCodeAt(10) === space && (sign === plus || sign === dash)) {
    const instant = new Date(`${text.slice(0, 10)}T${text.slice(11)}:00`);
    if (!Number.isNaN(instant.getTime())) {
      lastText = text;
      lastMs = instant.getTime();
      return instant;
    }
  }
  return parse(text);
}
