import type { SQL } from "drizzle-orm";
import { PgDialect } from "drizzle-orm/pg-core";
import type { Queryable } from "./database.ts";

const dialect = new PgDialect();

/** Runs a query of drizzle's on whichever engine this is; rows have the columns' own names. Without a name, so it is planned for its values. */
export async function runQuery<Row>(on: Queryable, query: SQL): Promise<Row[]> {
  const { sql: text, params } = dialect.sqlToQuery(query);
  return on.query<Row>({ text }, params);
}
