import { FleetError, reasonOf } from "@skill-fleet/core";
import { type Logger as PinoLogger, pino, stdSerializers, stdTimeFunctions } from "pino";

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
    serializers: { err: describeError },
    formatters: { level: (label: string) => ({ level: label === "fatal" ? "CRITICAL" : label.toUpperCase() }) },
  };
  return pino(options, format === "json" ? destination : textLines(destination));
}

/** What an entry has of an error. A stack is for those who mend the program, and that the database is away is none of its faults. */
function describeError(error: Error): object {
  if (!FleetError.is(error, "STORE_UNAVAILABLE")) return stdSerializers.err(error);
  const { name, code, message, cause } = error;
  return { type: name, code, message, reason: cause instanceof Error ? reasonOf(cause) : undefined };
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
