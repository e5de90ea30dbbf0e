import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Fleet, openFleet } from "../fleet.ts";
import { silentLogger } from "../logger.ts";
import { type PgBouncer, pgBouncerPath, startPgBouncer } from "../testing/pgbouncer.ts";
import { RecordingLogger } from "../testing/recording-logger.ts";
import { createTestDatabase } from "../testing/shared-postgres.ts";
import type { TestDatabase } from "../testing/test-databases.ts";
import type { PreparedStatementsMode } from "./prepared-statements.ts";
import { ServerDatabase } from "./server-database.ts";

const title = "behind PgBouncer in transaction mode";
const missing = " (skipped: there is no pgbouncer on this machine; Debian's package of that name brings it)";

describe.skipIf(pgBouncerPath === undefined)(pgBouncerPath === undefined ? title + missing : title, () => {
  let database: TestDatabase;
  let pooler: PgBouncer;
  beforeAll(async () => {
    database = await createTestDatabase();
    pooler = await startPgBouncer(database.url);
  });
  afterAll(async () => {
    await pooler?.[Symbol.asyncDispose]();
    await database[Symbol.asyncDispose]();
  });

  async function open(options: { directUrl?: string; preparedStatements?: PreparedStatementsMode } = {}) {
    const logger = new RecordingLogger();
    const fleet = await openFleet({ persistence: { kind: "server", url: pooler.through(database.url), ...options }, logger });
    return { fleet, logger, [Symbol.asyncDispose]: () => fleet.close() };
  }

  /** Everything that is prepared, many times at once, so that it wanders between the pooler's connections. */
  async function live({ jobs, prompts, leases }: Fleet): Promise<void> {
    const one = async (n: number) => {
      const [type, workerId] = [crypto.randomUUID(), crypto.randomUUID()];
      const { job } = await jobs.create({}, { idempotencyKey: crypto.randomUUID() });
      const { prompt } = await prompts.open(job.id, { type: "question" });
      await prompts.respond(prompt.id, { answer: "yes" });
      await jobs.update(job.id, { progressPercent: n });
      const work = await jobs.create({ type });
      const [leased] = await leases.claim({ workerId, types: [type], waitMs: 5_000 });
      expect(leased?.id).toBe(work.job.id);
      await leases.putStep({ jobId: work.job.id, run: 1, kind: "step", name: "s", output: n });
      await leases.heartbeat({ workerId, types: [type] });
      await leases.complete({ jobId: work.job.id, run: 1, result: n });
      expect(await jobs.get(work.job.id, { minVersion: 3 })).toMatchObject({ status: "completed", result: n });
    };
    await Promise.all(Array.from({ length: 30 }, (_, n) => one(n)));
  }

  test("the feed says once that there is a pooler and what to set, and nothing that is prepared fails", async () => {
    await using one = await open();
    expect(one.fleet.changeFeed).toMatchObject({ state: "down", gaps: 1 });
    await live(one.fleet);
    expect(one.logger.messages("warn")).toEqual([
      "The change feed does not hear itself: there is a transaction pooler in between. Set DATABASE_DIRECT_URL to an address of PostgreSQL itself. Jobs are read from the database until it does",
    ]);
    expect(one.logger.messages("error")).toEqual([]);
  });

  test("without the feed nothing is served from memory, and those who wait for a job or for work find it by themselves", async () => {
    const [one, two] = await Promise.all([open(), open()]);
    try {
      const { job } = await one.fleet.jobs.create();
      await two.fleet.jobs.get(job.id);
      const [changed, claimed] = [
        two.fleet.jobs.waitForChange(job.id, { afterVersion: 1, timeoutMs: 20_000 }),
        two.fleet.leases.claim({ workerId: "w", types: ["polled"], waitMs: 20_000 }),
      ];
      await one.fleet.jobs.update(job.id, { status: "running" });
      const work = await one.fleet.jobs.create({ type: "polled" });
      expect(await two.fleet.jobs.get(job.id)).toMatchObject({ version: 2 });
      expect(await changed).toMatchObject({ version: 2 });
      expect(await claimed).toMatchObject([{ id: work.job.id }]);
    } finally {
      await Promise.all([one.fleet.close(), two.fleet.close()]);
    }
  });

  test("with a door of its own the feed is live, and nothing is prepared", async () => {
    await using one = await open({ directUrl: database.url });
    await using two = await open({ directUrl: database.url });
    expect([one.fleet.changeFeed.state, two.fleet.changeFeed.state]).toEqual(["live", "live"]);
    await live(two.fleet);
    expect([...one.logger.lines, ...two.logger.lines].filter(({ level }) => level !== "info")).toEqual([]);
  });

  test("what is prepared against all advice fails nowhere: it is sent again without a name, and none has one from then on", async () => {
    await using one = await open({ directUrl: database.url, preparedStatements: "on" });
    await using two = await open({ directUrl: database.url, preparedStatements: "on" });
    await Promise.all([live(one.fleet), live(two.fleet)]);
    const warnings = [...one.logger.messages("warn"), ...two.logger.messages("warn")];
    expect(new Set(warnings)).toEqual(new Set(["Prepared statements do not survive on the way to the database: they are off from now on"]));
    expect([...one.logger.messages("error"), ...two.logger.messages("error")]).toEqual([]);
  });

  test("a transaction that loses a prepared statement in its middle happens once", async () => {
    const url = pooler.through(database.url);
    const [one, two] = [1, 2].map(() => new ServerDatabase({ url, logger: silentLogger, preparedStatements: "on" })) as [
      ServerDatabase,
      ServerDatabase,
    ];
    await one.script("create table once (n integer)");
    const statement = { name: "insert_once", text: "insert into once values ($1)" };
    const insert = (on: ServerDatabase, n: number) =>
      on.transaction(async (tx) => {
        await tx.query({ text: "insert into once values ($1)" }, [n]);
        await tx.query(statement, [n]);
      });
    await Promise.all(Array.from({ length: 40 }, (_, n) => insert(n % 2 === 0 ? one : two, n)));
    const rows = await one.query<{ n: number }>({ text: "select n from once group by n having count(*) = 2" }, []);
    expect(rows).toHaveLength(40);
    await Promise.all([one.close(), two.close()]);
  });
});
