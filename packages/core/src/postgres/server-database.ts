import pg from "pg";
import { FleetError } from "../errors.ts";
import type { Logger } from "../logger.ts";
import type { Database, Queryable, Statement } from "./database.ts";
import { PreparedStatements, type PreparedStatementsMode } from "./prepared-statements.ts";
import { readInstant } from "./read-instant.ts";
import { translateError } from "./translate-error.ts";

export interface ServerDatabaseOptions {
  /** A `postgres://` URL. */
  readonly url: string;
  readonly logger: Logger;
  /** How many connections the pool may have. Default: 10. */
  readonly maxConnections?: number | undefined;
  /** Default: `auto`. */
  readonly preparedStatements?: PreparedStatementsMode | undefined;
}

/** How long to wait for a connection before a request is refused. */
const connectTimeoutMs = 5_000;

/** What `pg` makes of values, but for instants. */
const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: "text" | "binary") =>
    oid === pg.types.builtins.TIMESTAMPTZ && format !== "binary"
      ? readInstant
      : pg.types.getTypeParser(oid, format)) as typeof pg.types.getTypeParser,
};

/** A PostgreSQL server through `pg`'s pool. */
export class ServerDatabase implements Database {
  readonly parallelWrites = 2;
  readonly #pool: pg.Pool;
  readonly #statements: PreparedStatements;
  #closing: Promise<void> | undefined;

  constructor({ url, logger, maxConnections = 10, preparedStatements = "auto" }: ServerDatabaseOptions) {
    this.#statements = new PreparedStatements(preparedStatements, logger);
    this.#pool = new pg.Pool({
      connectionString: url,
      max: maxConnections,
      connectionTimeoutMillis: connectTimeoutMs,
      keepAlive: true,
      application_name: "skill-fleet",
      types,
    });
    // An error event without a listener would end the process. The query that was under way, if
    // any, is rejected as well, and the pool replaces the connection.
    // The pool hangs the connection with all its inner life on the error: only the message is for a log.
    this.#pool.on("error", ({ message }) => logger.warn({ reason: message }, "An idle database connection was lost"));
    this.#pool.on("connect", (client) => client.on("error", () => {}));
  }

  async query<Row>(statement: Statement, values: readonly unknown[]): Promise<Row[]> {
    return this.#withStatements(() => run<Row>(this.#pool, this.#statements.prepare(statement), values));
  }

  /** Says that a transaction pooler may be in between. */
  suspectPooler(): void {
    this.#statements.suspectPooler();
  }

  async script(text: string): Promise<void> {
    await run(this.#pool, { text }, undefined);
  }

  async transaction<Result>(work: (tx: Queryable) => Promise<Result>): Promise<Result> {
    return this.#withStatements(() => this.#transaction(work));
  }

  /** Runs work again when a prepared statement was lost: nothing of it has happened, and none is prepared the second time. */
  async #withStatements<Result>(work: () => Promise<Result>): Promise<Result> {
    try {
      return await work();
    } catch (error) {
      if (!FleetError.is(error) || !this.#statements.turnOffIfLost(error.cause)) throw error;
      return work();
    }
  }

  async #transaction<Result>(work: (tx: Queryable) => Promise<Result>): Promise<Result> {
    const client = await this.#pool.connect().catch((error: unknown) => {
      throw translateError(error);
    });
    const tx: Queryable = {
      query: (statement, values) => run(client, this.#statements.prepare(statement), values),
      script: async (text) => void (await run(client, { text }, undefined)),
    };
    let broken = true;
    try {
      await tx.script("begin");
      const result = await work(tx);
      await tx.script("commit");
      broken = false;
      return result;
    } catch (error) {
      broken = await tx.script("rollback").then(
        () => false,
        () => true,
      );
      throw error;
    } finally {
      client.release(broken);
    }
  }

  close(): Promise<void> {
    this.#closing ??= this.#pool.end();
    return this.#closing;
  }
}

async function run<Row>(on: pg.Pool | pg.ClientBase, statement: Statement, values: readonly unknown[] | undefined): Promise<Row[]> {
  try {
    const { rows } = await on.query({ ...statement, ...(values && { values: [...values] }) });
    return rows as Row[];
  } catch (error) {
    throw translateError(error);
  }
}
