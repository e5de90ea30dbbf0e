import { stripVTControlCharacters } from "node:util";

/** The text with every character written out that could move a terminal's cursor or begin a line. */
export function toOneLine(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029]/gu, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** As {@link toOneLine}, but lines stay lines. */
export function toLines(text: string): string {
  return text.replaceAll("\t", "  ").split(/\r?\n/).map(toOneLine).join("\n");
}

/** Rows under each other, columns as wide as their widest cell; colours take no room. */
export function alignColumns(rows: readonly (readonly string[])[]): string {
  const lengthOf = (cell: string) => stripVTControlCharacters(cell).length;
  const widths: number[] = [];
  for (const row of rows) for (const [column, cell] of row.entries()) widths[column] = Math.max(widths[column] ?? 0, lengthOf(cell));
  const pad = (cell: string, column: number) => cell + " ".repeat((widths[column] ?? 0) - lengthOf(cell));
  return rows.map((row) => row.map(pad).join("  ").trimEnd()).join("\n");
}
