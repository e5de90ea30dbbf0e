import { FleetError } from "../errors.ts";

/** Errors of sockets and streams, and what `pg` says when its pool or its connection gave up. */
const lostConnection = /^(ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_|EHOST|ENET|ERR_STREAM_|ERR_SOCKET_|ERR_SSL_)/;
const lostConnectionText =
  /timeout|Connection terminated|Client has encountered a connection error|not queryable|closed|ended|calling end/i;

/**
 * SQLSTATE classes and codes of a server that cannot serve now, or of a lost race that is worth
 * repeating. https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
const unavailableStates = [
  "08", // connection exception
  "28", // invalid authorization
  "3D", // unknown database
  "40", // serialization failure, deadlock
  "53", // insufficient resources: disk full, too many connections
  "57", // operator intervention: shutdown, cancelled statement
  "58", // system error
  "25006", // a read-only server
  "42501", // missing privilege
  "42P01", // missing table: migrations have not run
];

/** Serialization failure, deadlock. */
const raceStates = ["40001", "40P01"];

/** SQLSTATE classes of values that the tables refuse: bad data, violated constraints. */
const invalidStates = ["22", "23"];

/** Turns whatever a driver threw into the error that callers may see. */
export function translateError(error: unknown): FleetError {
  if (FleetError.is(error)) return error;
  const code = codeOf(error);
  const message = error instanceof Error ? error.message : "";
  const begins = (states: readonly string[]) => code.length === 5 && states.some((state) => code.startsWith(state));
  if (lostConnection.test(code) || begins(unavailableStates) || (code === "" && lostConnectionText.test(message))) {
    return new FleetError("STORE_UNAVAILABLE", "The database cannot be reached now. Try again later.", { cause: error });
  }
  if (begins(invalidStates)) {
    return new FleetError("INVALID_INPUT", "The database cannot store this value.", { cause: error });
  }
  return new FleetError("INTERNAL", "The database refused a statement.", { cause: error });
}

/** Whether a statement has written nothing because it lost a race: the server undid it, and repeating it is safe. */
export function lostRace(error: FleetError): boolean {
  return raceStates.includes(codeOf(error.cause));
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";
}
