import { afterAll, beforeAll, expect, test } from "vitest";
import { processActor } from "../actor.ts";
import { FleetError } from "../errors.ts";
import { silentLogger } from "../logger.ts";
import { buildChange, buildInsert } from "../testing/build-job.ts";
import { createTestDatabase } from "../testing/shared-postgres.ts";
import type { TestDatabase } from "../testing/test-databases.ts";
import type { Database, Queryable, Statement } from "./database.ts";
import { migrate } from "./migrate.ts";
import { PostgresJobRepository } from "./postgres-job-repository.ts";
import { ServerDatabase } from "./server-database.ts";
import { databaseTime } from "./time.ts";

/** A real database behind a wire that breaks once, before or after the next statement of this name. */
class BreakingWire implements Database {
  readonly parallelWrites = 2;
  readonly #database: Database;
  #next: { name: string; when: "before" | "after" } | undefined;

  constructor(database: Database) {
    this.#database = database;
  }

  breakOnce(name: string, when: "before" | "after"): void {
    this.#next = { name, when };
  }

  async query<Row>(statement: Statement, values: readonly unknown[]): Promise<Row[]> {
    const fault = this.#next?.name === statement.name ? this.#next : undefined;
    if (fault !== undefined) this.#next = undefined;
    if (fault?.when === "before") throw lost;
    const rows = await this.#database.query<Row>(statement, values);
    if (fault?.when === "after") throw lost;
    return rows;
  }

  script(text: string): Promise<void> {
    return this.#database.script(text);
  }

  transaction<Result>(work: (tx: Queryable) => Promise<Result>): Promise<Result> {
    return this.#database.transaction(work);
  }

  close(): Promise<void> {
    return this.#database.close();
  }
}

const lost = new FleetError("STORE_UNAVAILABLE", "the wire broke");
let created: TestDatabase;
let wire: BreakingWire;
let jobs: PostgresJobRepository;

beforeAll(async () => {
  created = await createTestDatabase();
  wire = new BreakingWire(new ServerDatabase({ url: created.url, logger: silentLogger }));
  await migrate(wire);
  jobs = new PostgresJobRepository(wire, databaseTime);
});

afterAll(async () => {
  await wire.close();
  await created[Symbol.asyncDispose]();
});

test("inserts that happened although the reply was lost are acknowledged", async () => {
  const inserts = [buildInsert(), buildInsert(), buildInsert()];
  wire.breakOnce("insert_jobs", "after");
  const outcomes = await Promise.all(inserts.map((insert) => jobs.insert(insert)));
  expect(outcomes).toMatchObject(inserts.map(({ id }) => ({ kind: "inserted", job: { id, version: 1 } })));
});

test("inserts that did not happen are refused, and are not there", async () => {
  const inserts = [buildInsert(), buildInsert()];
  wire.breakOnce("insert_jobs", "before");
  const outcomes = await Promise.allSettled(inserts.map((insert) => jobs.insert(insert)));
  expect(outcomes).toEqual(inserts.map(() => ({ status: "rejected", reason: lost })));
  expect(await Promise.all(inserts.map(({ id }) => jobs.find(id)))).toEqual([undefined, undefined]);
});

test("a job that began with its insert is its worker's, although the reply was lost", async () => {
  const startedBy = { workerId: "w", types: ["report"], limit: 1, claim: 1, actor: processActor };
  const insert = buildInsert();
  wire.breakOnce("insert_started_jobs", "after");
  const outcome = await jobs.insert(insert, startedBy);
  expect(outcome).toMatchObject({
    kind: "inserted",
    job: { status: "pending", version: 1 },
    started: { id: insert.id, workerId: "w", run: 1, version: 2 },
  });
});

test("an update that happened although the reply was lost is acknowledged once", async () => {
  const insert = buildInsert();
  await jobs.insert(insert);
  wire.breakOnce("update_jobs", "after");
  const outcome = await jobs.update(insert.id, buildChange({ status: "running" }, { ifVersion: 1 }));
  expect(outcome).toMatchObject({ kind: "applied", job: { status: "running", version: 2 } });
  expect(await jobs.events(insert.id, 0, 10)).toHaveLength(2);
});

test("an update that did not happen is not taken for that of another writer", async () => {
  const insert = buildInsert();
  await jobs.insert(insert);
  await jobs.update(insert.id, buildChange({ currentPhase: "theirs" }));
  wire.breakOnce("update_jobs", "before");
  await expect(jobs.update(insert.id, buildChange({ currentPhase: "mine" }))).rejects.toBe(lost);
  expect(await jobs.find(insert.id)).toMatchObject({ currentPhase: "theirs", version: 2 });
});

test("an update of a batch that was lost leaves the outcome of a refused neighbour open, never wrong", async () => {
  const [free, final] = [buildInsert(), buildInsert()];
  await Promise.all([jobs.insert(free), jobs.insert(final)]);
  await jobs.update(final.id, buildChange({ status: "cancelled" }));
  wire.breakOnce("update_jobs", "after");
  const outcomes = await Promise.allSettled([free, final].map(({ id }) => jobs.update(id, buildChange({ status: "running" }))));
  expect(outcomes).toMatchObject([
    { status: "fulfilled", value: { kind: "applied", job: { status: "running" } } },
    { status: "rejected", reason: { code: "STORE_UNAVAILABLE" } },
  ]);
});
