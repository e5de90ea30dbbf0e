import parseInstant from "postgres-date";

/** The types of the package do not say that what it exports is the function. */
const parse = parseInstant as unknown as (text: string) => Date | number | null;

let lastText = "";
let lastInstant: Date | number | null = null;

/**
 * The instant that a text of PostgreSQL's means; a number for an infinite one.
 *
 * The parser that `pg` comes with runs five regular expressions over each text, and an instant was a tenth of what a claimed and
 * completed job cost this process; this is the later release of the same one. An instant is often the same as
 * the one before it, too: that of a transaction in all rows that it wrote.
 */
export function readInstant(text: string): Date | number | null {
  if (text !== lastText) {
    lastText = text;
    lastInstant = parse(text);
  }
  // A date can be changed by whoever has it.
  return lastInstant instanceof Date ? new Date(lastInstant) : lastInstant;
}
