import type { Logger } from "../logger.ts";

/** A logger that keeps what it was told. */
export class RecordingLogger implements Logger {
  readonly lines: { level: "info" | "warn" | "error"; message: string; fields: object }[] = [];

  info(fields: object, message: string): void {
    this.lines.push({ level: "info", message, fields });
  }

  warn(fields: object, message: string): void {
    this.lines.push({ level: "warn", message, fields });
  }

  error(fields: object, message: string): void {
    this.lines.push({ level: "error", message, fields });
  }

  /** The messages of one level, in order. */
  messages(level: "info" | "warn" | "error"): string[] {
    return this.lines.filter((line) => line.level === level).map(({ message }) => message);
  }
}
