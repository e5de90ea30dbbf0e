import { FleetError } from "../errors.ts";
import type { Database, Queryable, Statement } from "../postgres/database.ts";

/**
 * A real database behind a wire that breaks once, at a point that a test chooses.
 *
 * Points are counted from 1: one before each statement, one before each commit (both undo the
 * transaction), and one after each commit, or after a statement outside of a transaction (it has
 * happened, and nobody is told).
 */
export class BreakingDatabase implements Database {
  readonly parallelWrites: number;
  readonly #database: Database;
  #pointsLeft = Number.POSITIVE_INFINITY;

  constructor(database: Database) {
    this.#database = database;
    this.parallelWrites = database.parallelWrites;
  }

  /** Whether the wire has broken since it was told to. */
  get hasBroken(): boolean {
    return this.#pointsLeft <= 0;
  }

  /** Breaks at this point from now. */
  breakAt(point: number): void {
    this.#pointsLeft = point;
  }

  async query<Row>(statement: Statement, values: readonly unknown[]): Promise<Row[]> {
    this.#pass();
    const rows = await this.#database.query<Row>(statement, values);
    this.#pass();
    return rows;
  }

  script(text: string): Promise<void> {
    return this.#database.script(text);
  }

  async transaction<Result>(work: (tx: Queryable) => Promise<Result>): Promise<Result> {
    const result = await this.#database.transaction(async (tx) => {
      const outcome = await work({
        query: (statement, values) => {
          this.#pass();
          return tx.query(statement, values);
        },
        script: (text) => tx.script(text),
      });
      this.#pass();
      return outcome;
    });
    this.#pass();
    return result;
  }

  close(): Promise<void> {
    return this.#database.close();
  }

  #pass(): void {
    if (this.#pointsLeft <= 0) return;
    this.#pointsLeft -= 1;
    if (this.#pointsLeft === 0) throw new FleetError("STORE_UNAVAILABLE", "The wire broke.");
  }
}
