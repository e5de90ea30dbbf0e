import { createServer } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { FleetError } from "../errors.ts";
import { type Fleet, openFleet } from "../fleet.ts";
import { silentLogger } from "../logger.ts";
import { type PostgresServer, startPostgresServer } from "../testing/postgres-server.ts";
import { RecordingLogger } from "../testing/recording-logger.ts";
import { createTestDatabase } from "../testing/shared-postgres.ts";
import type { TestDatabase } from "../testing/test-databases.ts";
import { ServerDatabase } from "./server-database.ts";

let shared: TestDatabase;
beforeAll(async () => {
  shared = await createTestDatabase();
});
afterAll(() => shared[Symbol.asyncDispose]());

describe("a pool", () => {
  test("survives that the server ends all of its connections, idle ones and busy ones", async () => {
    const database = new ServerDatabase({ url: shared.url, logger: silentLogger });
    const busy = Array.from({ length: 3 }, () => database.query({ text: "select pg_sleep(600)" }, []));
    const failures = Promise.allSettled(busy);
    await untilConnections(shared, 3);
    await Promise.all([database.query({ text: "select 1" }, []), database.query({ text: "select 1" }, [])]);
    expect(await shared.killConnections()).toBe(5);
    for (const result of await failures) expect(result).toMatchObject({ status: "rejected", reason: { code: "STORE_UNAVAILABLE" } });
    // An idle connection may be handed out before the news of its end: one more try is what a caller is told to do.
    await database.query({ text: "select 1" }, []).catch((error) => expect(error).toMatchObject({ code: "STORE_UNAVAILABLE" }));
    expect(await database.query({ text: "select 7 as x" }, [])).toEqual([{ x: 7 }]);
    await database.close();
  });

  test("gives a transaction that lost its connection an error, and the next one a new connection", async () => {
    const database = new ServerDatabase({ url: shared.url, logger: silentLogger, maxConnections: 1 });
    await database.script("create table kept (x integer)");
    const broken = database.transaction(async (tx) => {
      await tx.query({ text: "insert into kept values (1)" }, []);
      await shared.killConnections();
      await tx.query({ text: "insert into kept values (2)" }, []);
    });
    await expect(broken).rejects.toMatchObject({ code: "STORE_UNAVAILABLE" });
    await database.transaction((tx) => tx.query({ text: "insert into kept values (3)" }, []));
    expect(await database.query({ text: "select x from kept" }, [])).toEqual([{ x: 3 }]);
    await database.close();
  });

  test("is usable after a transaction that failed, also with a single connection", async () => {
    const database = new ServerDatabase({ url: shared.url, logger: silentLogger, maxConnections: 1 });
    const failed = database.transaction((tx) => tx.query({ text: "select 1/0" }, []));
    await expect(failed).rejects.toMatchObject({ code: "INVALID_INPUT" });
    expect(await database.query({ text: "select 7 as x" }, [])).toEqual([{ x: 7 }]);
    await Promise.all([database.close(), database.close()]);
    await expect(database.query({ text: "select 1" }, [])).rejects.toMatchObject({ code: "STORE_UNAVAILABLE" });
  });
});

describe("a database that cannot be used is refused with its name, without the password:", () => {
  const openAt = (url: string) =>
    openFleet({ persistence: { kind: "server", url } }).then(
      () => undefined,
      (error: unknown) => error,
    );
  const expectRefusal = async (url: string, name: string, reason: RegExp) => {
    const error = await openAt(url);
    expect(error).toMatchObject({ name: "FleetError", code: "STORE_UNAVAILABLE" });
    const { message } = error as FleetError;
    expect(message).toContain(name);
    expect(message).toMatch(reason);
    expect(JSON.stringify([message, (error as FleetError).details])).not.toContain("secret");
  };

  test("a port where nobody listens", async () => {
    const probe = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => probe.once("listening", resolve));
    const { port } = probe.address() as { port: number };
    await new Promise((resolve) => probe.close(resolve));
    await expectRefusal(`postgres://user:secret@127.0.0.1:${port}/fleet`, `fleet at 127.0.0.1:${port}`, /ECONNREFUSED/);
    await expectRefusal(`postgres://user:secret@localhost:${port}/fleet`, `fleet at localhost:${port}`, /ECONNREFUSED/);
  });

  test("a database that is not there", async () => {
    const url = new URL(shared.url);
    url.pathname = "absent";
    await expectRefusal(url.href, `absent at 127.0.0.1:${url.port}`, /does not exist/);
  });

  test("a wrong password", async () => {
    const url = new URL(shared.url);
    url.password = "secret";
    await expectRefusal(url.href, `at 127.0.0.1:${url.port}`, /authentication failed/);
  });
});

describe("a server that goes down later", () => {
  let server: PostgresServer;
  let fleet: Fleet;
  const logger = new RecordingLogger();
  beforeAll(async () => {
    server = await startPostgresServer();
    const { url } = await server.createDatabase();
    fleet = await openFleet({ persistence: { kind: "server", url }, logger });
  });
  afterAll(async () => {
    await fleet.close();
    await server[Symbol.asyncDispose]();
  });

  test("refuses writes, serves what is in memory as stale, and everything works again when it is back", async () => {
    const { job } = await fleet.jobs.create({ taskDescription: "before" });
    await fleet.check();
    await server.stop();
    await expect(fleet.check()).rejects.toMatchObject({ code: "STORE_UNAVAILABLE" });
    await expect(fleet.jobs.create()).rejects.toMatchObject({ code: "STORE_UNAVAILABLE" });
    await expect(fleet.jobs.update(job.id, { status: "running" })).rejects.toMatchObject({ code: "STORE_UNAVAILABLE" });
    expect(await fleet.jobs.get(job.id)).toEqual({ ...job, stale: true });
    expect(logger.messages("error")).toEqual(
      expect.arrayContaining(["Failed to update job in database", "Error loading job from database"]),
    );
    await server.start();
    await fleet.check();
    expect(await fleet.jobs.get(job.id)).toEqual(job);
    expect(await fleet.jobs.update(job.id, { status: "running" })).toMatchObject({ status: "running", version: 2 });
  });
});

/** Returns once so many connections to the database are running a statement. */
async function untilConnections({ url }: TestDatabase, count: number): Promise<void> {
  const watcher = new ServerDatabase({ url: url.replace(/[^/]+$/, "postgres"), logger: silentLogger });
  const text = "select count(*)::integer as n from pg_stat_activity where datname = $1 and state = 'active' and query like '%pg_sleep%'";
  for (let n = 0; n < count; ) [{ n } = { n }] = await watcher.query<{ n: number }>({ text }, [url.replace(/^.*\//, "")]);
  await watcher.close();
}
