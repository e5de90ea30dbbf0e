/** Where a worker and its handlers report; a pino logger fits as it is. */
export interface WorkerLogger {
  /** Notes something that is as it should be. */
  info(fields: object, message: string): void;
  /** Notes something that is repaired by itself, such as an attempt that failed. */
  warn(fields: object, message: string): void;
  /** Notes something that somebody should look at. */
  error(fields: object, message: string): void;
}

export const silentLogger: WorkerLogger = { info() {}, warn() {}, error() {} };

/** A logger whose every line has these fields too. */
export function withFields(logger: WorkerLogger, bound: object): WorkerLogger {
  return {
    info: (fields, message) => logger.info({ ...bound, ...fields }, message),
    warn: (fields, message) => logger.warn({ ...bound, ...fields }, message),
    error: (fields, message) => logger.error({ ...bound, ...fields }, message),
  };
}
