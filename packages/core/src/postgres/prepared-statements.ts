import { createHash } from "node:crypto";
import type { Logger } from "../logger.ts";
import type { Statement } from "./database.ts";

/**
 * Whether statements are prepared once a connection.
 *
 * - `auto`: yes, until there is a sign of a transaction pooler, which may run each transaction on another connection.
 * - `on`: yes, although there is one: PgBouncer 1.21 and later with `max_prepared_statements`, Neon.
 * - `off`: no.
 */
export type PreparedStatementsMode = "auto" | "on" | "off";

/**
 * Gives statements the names under which they are prepared, as long as that is safe.
 *
 * A name has a hash of its text: behind a pooler two releases may meet on one connection, and must
 * never run each other's statement.
 */
export class PreparedStatements {
  readonly #names = new WeakMap<Statement, string>();
  readonly #mode: PreparedStatementsMode;
  readonly #logger: Logger;
  #areOn: boolean;

  constructor(mode: PreparedStatementsMode, logger: Logger) {
    this.#mode = mode;
    this.#logger = logger;
    this.#areOn = mode !== "off";
  }

  /** The statement as it is to be sent now. */
  prepare(statement: Statement): Statement {
    const { name, text } = statement;
    if (name === undefined || !this.#areOn) return { text };
    const known = this.#names.get(statement);
    if (known !== undefined) return { name: known, text };
    const fresh = `${name}_${createHash("sha256").update(text).digest("hex").slice(0, 12)}`;
    this.#names.set(statement, fresh);
    return { name: fresh, text };
  }

  /** Says that there may be a pooler: from now on nothing is prepared, unless that is wanted all the same. */
  suspectPooler(): void {
    if (this.#mode === "auto") this.#areOn = false;
  }

  /**
   * Whether a statement failed because the connection does not know its prepared name, or has given it to another one. It has
   * not run then. Turns preparing off, whatever was wanted, so that it can be sent again.
   */
  turnOffIfLost(error: unknown): boolean {
    if (!isLost(error)) return false;
    if (this.#areOn) {
      this.#areOn = false;
      const reason = error instanceof Error ? error.message : String(error);
      this.#logger.warn({ reason }, "Prepared statements do not survive on the way to the database: they are off from now on");
    }
    return true;
  }
}

/** PostgreSQL has a code for each; a pooler that ends the connection over it has its code for everything. */
function isLost(error: unknown): boolean {
  if (!(error instanceof Error) || !("code" in error)) return false;
  if (error.code === "26000" || error.code === "42P05") return true;
  return error.code === "08P01" && /prepared statement/i.test(error.message);
}
