/** Where the fleet reports what an operator should know; a pino logger fits as it is. */
export interface Logger {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** A logger that says nothing: the default of an embedded fleet. */
export const silentLogger: Logger = { info() {}, warn() {}, error() {} };
