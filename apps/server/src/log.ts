import { type Logger as PinoLogger, pino, stdTimeFunctions } from "pino";
import pretty from "pino-pretty";

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

function textLines(destination: NodeJS.WritableStream) {
  return pretty({
    destination,
    sync: true,
    colorize: false,
    translateTime: "UTC:yyyy-mm-dd'T'HH:MM:ss.l'Z'",
    // The fields are written by messageFormat: the library's own way spreads them over lines.
    hideObject: true,
    messageFormat: ({ level, time, msg, ...fields }) =>
      toOneLine(`${msg}${Object.keys(fields).length === 0 ? "" : ` ${JSON.stringify(fields)}`}`),
    customPrettifiers: { level: (label) => String(label) },
  });
}

/** Writes out every character that could end a line or move a terminal's cursor. */
function toOneLine(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029]/gu, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
