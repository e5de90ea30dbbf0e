import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createDataDir, type TestDataDir } from "../testing/test-databases.ts";
import { EmbeddedDatabase } from "./embedded-database.ts";

let dir: TestDataDir;
let database: EmbeddedDatabase;

beforeAll(async () => {
  dir = await createDataDir();
  database = await EmbeddedDatabase.open(dir.path);
});

afterAll(async () => {
  await database.close();
  await dir[Symbol.asyncDispose]();
});

test.each([
  ["fsync", "on"],
  ["synchronous_commit", "on"],
  ["full_page_writes", "on"],
  // PGlite's own `fdatasync` does nothing, see `durable-node-fs.ts`.
  ["wal_sync_method", "fsync"],
])("the setting %s is %s, so that a commit reaches the disk", async (name, value) => {
  expect(await database.query({ text: `show ${name}` }, [])).toEqual([{ [name]: value }]);
});

test("what a transaction wrote is gone when it throws, and its error comes out", async () => {
  await database.script("create table t (x integer primary key)");
  const fault = new Error("stop");
  const work = database.transaction(async (tx) => {
    await tx.query({ text: "insert into t values ($1)" }, [1]);
    throw fault;
  });
  await expect(work).rejects.toMatchObject({ code: "INTERNAL", cause: fault });
  expect(await database.query({ text: "select * from t" }, [])).toEqual([]);
});

test("what the database refuses comes out as an error of the fleet, never a raw one", async () => {
  const attempts = [
    database.query({ text: "select 1/0" }, []),
    database.script("select 1/0"),
    database.transaction((tx) => tx.query({ text: "select 1/0" }, [])),
    database.transaction((tx) => tx.script("select 1/0")),
  ];
  for (const attempt of attempts) await expect(attempt).rejects.toMatchObject({ name: "FleetError", code: "INVALID_INPUT" });
});

test("a folder is the next process's once the database is closed; closing twice is harmless", async () => {
  await using other = await createDataDir();
  const first = await EmbeddedDatabase.open(other.path);
  await first.script("create table kept as select 1 as x");
  await Promise.all([first.close(), first.close()]);
  await expect(first.query({ text: "select 1" }, [])).rejects.toMatchObject({ code: "STORE_UNAVAILABLE" });
  const second = await EmbeddedDatabase.open(other.path);
  expect(await second.query({ text: "select x from kept" }, [])).toEqual([{ x: 1 }]);
  await second.close();
});

test("a folder that is deleted while it is open takes nothing more, instead of acknowledging what will be lost", async () => {
  await using other = await createDataDir();
  const open = await EmbeddedDatabase.open(other.path);
  await open.script("create table t (x integer)");
  rmSync(other.path, { recursive: true });
  const insert = { text: "insert into t values (1)" };
  const attempts = [open.query(insert, []), open.script(insert.text), open.transaction((tx) => tx.query(insert, []))];
  for (const attempt of attempts) {
    await expect(attempt).rejects.toMatchObject({
      code: "STORE_UNAVAILABLE",
      message: expect.stringContaining("or the file `lock` in it, was deleted"),
    });
  }
  await open.close();
});

test("what a start that was killed had made of a cluster goes with the next start", async () => {
  await using other = await createDataDir();
  const halfMade = join(other.path, "new-postgres-killed");
  mkdirSync(halfMade);
  writeFileSync(join(halfMade, "PG_VERSION"), "18\n");
  await (await EmbeddedDatabase.open(other.path)).close();
  expect(existsSync(halfMade)).toBe(false);
});

test("a folder that cannot be opened is refused with its name, and is not left locked", async () => {
  await using other = await createDataDir();

  const cluster = join(other.path, "postgres");
  writeFileSync(cluster, "not a folder");
  await expect(EmbeddedDatabase.open(other.path)).rejects.toMatchObject({
    code: "STORE_UNAVAILABLE",
    message: expect.stringContaining(`Cannot open the embedded database in ${other.path}`),
  });
  rmSync(cluster);
  await (await EmbeddedDatabase.open(other.path)).close();
});
