import { existsSync } from "node:fs";
import { join } from "node:path";
import type { PGlite, Transaction } from "@electric-sql/pglite";
import { FleetError } from "../errors.ts";
import { type DataDirLock, lockDataDir } from "./data-dir-lock.ts";
import type { Database, Queryable, Statement } from "./database.ts";
import { makeCluster } from "./make-cluster.ts";
import { openPglite } from "./open-pglite.ts";
import { translateError } from "./translate-error.ts";

const clusterName = "postgres";

/**
 * A PostgreSQL inside this process (PGlite), on a folder that this process alone may have open.
 *
 * It has one connection: statements and transactions run one after the other.
 */
export class EmbeddedDatabase implements Database {
  readonly parallelWrites = 1;
  readonly #pglite: PGlite;
  readonly #lock: DataDirLock;
  #closing: Promise<void> | undefined;

  private constructor(pglite: PGlite, lock: DataDirLock) {
    this.#pglite = pglite;
    this.#lock = lock;
  }

  /**
   * Opens the cluster in `<dataDir>/postgres`, and creates it the first time (a few seconds).
   *
   * @throws {FleetError} `STORE_UNAVAILABLE` when another process has the folder open, or it
   *   cannot be written
   */
  static async open(dataDir: string): Promise<EmbeddedDatabase> {
    const lock = lockDataDir(dataDir);
    try {
      const cluster = join(dataDir, clusterName);
      // What every cluster has, even one that an earlier version did not finish.
      if (!existsSync(join(cluster, "PG_VERSION"))) await makeCluster(dataDir, clusterName);
      return new EmbeddedDatabase(await openPglite(cluster), lock);
    } catch (error) {
      lock.release();
      const message = `Cannot open the embedded database in ${dataDir}: ${error instanceof Error ? error.message : String(error)}`;
      throw new FleetError("STORE_UNAVAILABLE", message, { cause: error });
    }
  }

  async query<Row>(statement: Statement, values: readonly unknown[]): Promise<Row[]> {
    this.#requireLock();
    return run<Row>(this.#pglite, statement, values);
  }

  async script(text: string): Promise<void> {
    this.#requireLock();
    await this.#pglite.exec(text).catch((error: unknown) => {
      throw translateError(error);
    });
  }

  async transaction<Result>(work: (tx: Queryable) => Promise<Result>): Promise<Result> {
    this.#requireLock();
    try {
      return await this.#pglite.transaction((tx) =>
        work({
          query: (statement, values) => run(tx, statement, values),
          script: async (text) => void (await tx.exec(text)),
        }),
      );
    } catch (error) {
      throw translateError(error);
    }
  }

  close(): Promise<void> {
    this.#closing ??= this.#pglite.close().finally(() => this.#lock.release());
    return this.#closing;
  }

  /** Nothing may be acknowledged that goes to files which are deleted, or which another process may write, too. */
  #requireLock(): void {
    if (this.#closing !== undefined || this.#lock.isThere()) return;
    const message = "The folder of the embedded database, or the file `lock` in it, was deleted while it was open. Start again.";
    throw new FleetError("STORE_UNAVAILABLE", message);
  }
}

async function run<Row>(on: PGlite | Transaction, statement: Statement, values: readonly unknown[]): Promise<Row[]> {
  try {
    const { rows } = await on.query(statement.text, [...values]);
    return rows as Row[];
  } catch (error) {
    throw translateError(error);
  }
}
