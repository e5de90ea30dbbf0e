import { getTableColumns, getTableName } from "drizzle-orm";
import { getTableConfig } from "drizzle-orm/pg-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { silentLogger } from "../logger.ts";
import { createTestDatabase } from "../testing/shared-postgres.ts";
import type { TestDatabase } from "../testing/test-databases.ts";
import { migrate, tableNames } from "./migrate.ts";
import { tables } from "./schema.ts";
import { ServerDatabase } from "./server-database.ts";

let created: TestDatabase;
let database: ServerDatabase;

beforeAll(async () => {
  created = await createTestDatabase();
  database = new ServerDatabase({ url: created.url, logger: silentLogger });
  await migrate(database);
});

afterAll(async () => {
  await database.close();
  await created[Symbol.asyncDispose]();
});

test("the queries and the migrations know the same tables", async () => {
  const text = "select tablename from pg_tables where schemaname = 'public' and tablename <> 'skill_fleet_migrations' order by 1";
  const rows = await database.query<{ tablename: string }>({ text }, []);
  expect(rows.map(({ tablename }) => tablename)).toEqual(tables.map(getTableName).toSorted());
  expect(tableNames.toSorted()).toEqual(tables.map(getTableName).toSorted());
});

describe.each(tables.map((table) => [getTableName(table), table] as const))("the table %s", (name, table) => {
  test("has the same columns, of the same type and nullability, for the queries and in the database", async () => {
    const text = `
      select attname as name, format_type(atttypid, atttypmod) as type, attnotnull as required
      from pg_attribute where attrelid = $1::regclass and attnum > 0 and not attisdropped order by attname`;
    const actual = await database.query({ text }, [name]);
    const inPrimaryKey = new Set(getTableConfig(table).primaryKeys.flatMap(({ columns }) => columns.map((column) => column.name)));
    const expected = Object.values(getTableColumns(table)).map((column) => ({
      name: column.name,
      type: column.getSQLType().replace("timestamp (3)", "timestamp(3)"),
      required: column.notNull || inPrimaryKey.has(column.name),
    }));
    expect(actual).toEqual(expected.toSorted((a, b) => (a.name < b.name ? -1 : 1)));
  });

  test("has the same primary key for the queries and in the database", async () => {
    const text = `
      select attname as name from pg_index join pg_attribute on attrelid = indrelid and attnum = any (indkey)
      where indrelid = $1::regclass and indisprimary order by attname`;
    const actual = await database.query<{ name: string }>({ text }, [name]);
    const single = Object.values(getTableColumns(table)).filter((column) => column.primary);
    const composite = getTableConfig(table).primaryKeys.flatMap(({ columns }) => columns);
    expect(actual.map((column) => column.name)).toEqual([...single, ...composite].map((column) => column.name).toSorted());
  });
});

test("every name of a column is the name of its field, because rows are read by it", () => {
  for (const table of tables) {
    for (const [field, column] of Object.entries(getTableColumns(table))) expect(column.name).toBe(field);
  }
});
