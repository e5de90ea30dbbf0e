/** What the command's exit status means; the numbers above 63 are those of BSD's `sysexits`. */
export const exitCodes = {
  ok: 0,
  /** The server or the database said no: not found, not allowed, not what was awaited. */
  refused: 1,
  /** The command line is wrong. */
  usage: 2,
  /** The server or the database cannot be reached. */
  unavailable: 69,
  /** A fault of the program itself. */
  software: 70,
  /** The environment or `.env` has mistakes. */
  config: 78,
} as const;
