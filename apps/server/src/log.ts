import { type Logger as PinoLogger, pino, stdTimeFunctions } from "pino";

export const logFormats = ["text", "json"] as const;
export const logLevels = ["debug", "info", "warn", "error", "critical"] as const;

export interface LogOptions {
  readonly format: (typeof logFormats)[number];
  /** The least important level that is written. */
  readonly level: (typeof logLevels)[number];
  /** Where lines go. Default: standard output. */
  readonly destination?: NodeJS.WritableStream;
}

export type Log = PinoLogger;

/**
 * The server's log: one line an entry in either format, levels in capitals, `CRITICAL` for what
 * ends the process. Whatever a caller sends stays inside its line.
 */
export function createLog({ format, level, destination = process.stdout }: LogOptions): Log {
  const options = {
    base: null,
    level: level === "critical" ? "fatal" : level,
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label === "fatal" ? "CRITICAL" : label.toUpperCase() }) },
  };
  return pino(options, format === "json" ? destination : textLines(destination));
}

/** Where the library's lines go to become text. */
function textLines(destination: NodeJS.WritableStream) {
  return {
    write(line: string) {
      const { level, time, msg, ...fields } = JSON.parse(line);
      const more = Object.keys(fields).length === 0 ? "" : ` ${JSON.stringify(fields)}`;
      destination.write(`[${time}] ${level}: ${toOneLine(`${msg}${more}`)}\n`);
    },
  };
}

/** Writes out every character that could end a line or move a terminal's cursor. */
function toOneLine(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029]/gu, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
