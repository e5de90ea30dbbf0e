import type { Queryable } from "./database.ts";

/** A query of drizzle's builder, before it is bound to a driver. */
export interface BuiltQuery {
  toSQL(): { sql: string; params: unknown[] };
}

/** Runs a query of drizzle's builder on whichever engine this is; rows have the columns' own names. */
export async function runQuery<Row>(on: Queryable, query: BuiltQuery): Promise<Row[]> {
  const { sql, params } = query.toSQL();
  return on.query<Row>({ text: sql }, params);
}
