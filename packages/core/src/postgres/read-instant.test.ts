import fc from "fast-check";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestDatabase } from "../testing/shared-postgres.ts";
import type { TestDatabase } from "../testing/test-databases.ts";
import { readInstant } from "./read-instant.ts";

let database: TestDatabase;
let client: pg.Client;

beforeAll(async () => {
  database = await createTestDatabase();
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
});

afterAll(async () => {
  await client.end();
  await database[Symbol.asyncDispose]();
});

/** How PostgreSQL writes the instants, in this zone. */
async function write(instants: readonly string[], zone: string): Promise<string[]> {
  await client.query("select set_config('timezone', $1, false)", [zone]);
  const { rows } = await client.query(
    "select value::timestamptz(3)::text as text from unnest($1::text[]) with ordinality as given (value, place) order by place",
    [instants],
  );
  return rows.map(({ text }) => text);
}

test.each(["UTC", "Europe/Berlin", "America/St_Johns", "Asia/Kathmandu", "Pacific/Apia"])(
  "an instant that PostgreSQL writes in the zone %s is read as what it is",
  async (zone) => {
    const range = { min: new Date("0001-01-02T00:00:00Z"), max: new Date("9999-12-30T00:00:00Z"), noInvalidDate: true };
    const instants = fc.sample(fc.date(range), 500);
    const texts = await write(
      instants.map((instant) => instant.toISOString()),
      zone,
    );
    expect(texts.map(readInstant)).toEqual(instants);
  },
);

test("what JavaScript cannot read by itself is read all the same", async () => {
  const texts = await write(["infinity", "-infinity", "0044-03-15 12:00:00+00 BC", "12026-01-01 00:00:00+00"], "UTC");
  const [forever, ever, ides, later] = texts.map(readInstant);
  expect([forever, ever]).toEqual([Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]);
  expect([ides, later]).toEqual([new Date("-000043-03-15T12:00:00Z"), new Date("+012026-01-01T00:00:00Z")]);
});
