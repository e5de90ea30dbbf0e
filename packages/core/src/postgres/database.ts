/** An SQL text with its parameters as `$1`, `$2`; one with a name is prepared once a connection. */
export interface Statement {
  readonly text: string;
  readonly name?: string;
}

/** What runs statements. Rows have the names and types of the columns; instants are `Date`s. */
export interface Queryable {
  /** @throws {FleetError} never a raw database error, see `translate-error.ts` */
  query<Row>(statement: Statement, values: readonly unknown[]): Promise<Row[]>;
  /** Runs a text of several statements without parameters. */
  script(text: string): Promise<void>;
}

/** One PostgreSQL, in a server or in this process. */
export interface Database extends Queryable {
  /** How many statements it is worth having under way at once. */
  readonly parallelWrites: number;
  /** Commits when `work` returns, and rolls back when it throws. */
  transaction<Result>(work: (tx: Queryable) => Promise<Result>): Promise<Result>;
  /** Waits for what is under way. Safe to call twice. */
  close(): Promise<void>;
}
