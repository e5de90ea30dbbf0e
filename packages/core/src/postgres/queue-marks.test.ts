import pg from "pg";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { type Fleet, openFleet } from "../fleet.ts";
import { createTestDatabase } from "../testing/shared-postgres.ts";
import type { TestDatabase } from "../testing/test-databases.ts";

let database: TestDatabase;
let fleet: Fleet;
let type = 0;

beforeAll(async () => {
  database = await createTestDatabase();
});

afterAll(() => database[Symbol.asyncDispose]());

beforeEach(async () => {
  fleet = await openFleet({ persistence: { kind: "server", url: database.url } });
  type += 1;
});

afterEach(() => fleet.close());

async function create(count: number, priority = 0): Promise<string[]> {
  const ids: string[] = [];
  for (let created = 0; created < count; created += 500) {
    const some = Array.from({ length: Math.min(500, count - created) }, () => fleet.jobs.create({ type: `t${type}`, priority }));
    ids.push(...(await Promise.all(some)).map(({ job }) => job.id));
  }
  return ids;
}

const claim = (limit: number, instance = fleet) => instance.leases.claim({ workerId: "w", types: [`t${type}`], limit });

const claimedIds = async (limit: number) => (await claim(limit)).map(({ id }) => id);

/** Entries of the queue's index that were read so far, dead ones too, once every connection that read has said so. */
async function entriesRead(): Promise<number> {
  const text = "select idx_tup_read::integer as count from pg_stat_user_indexes where indexrelname = 'job_queue_order'";
  const [row] = (await database.query(text)) as { count: number }[];
  return row?.count ?? 0;
}

test("claims from a backlog do not step over everything that was taken while an old transaction keeps it", async () => {
  const holder = new pg.Client({ connectionString: database.url });
  await holder.connect();
  try {
    await holder.query("begin isolation level repeatable read");
    await holder.query("select count(*) from jobs");
    const jobs = 4_000;
    await create(jobs);
    const before = await entriesRead();
    for (let claimed = 0; claimed < jobs; claimed += 100) await claim(100);
    // Connections tell what they have read when they end.
    await fleet.close();
    // From the start every time it would be twenty times as many as there are jobs.
    await expect.poll(entriesRead).toBeGreaterThanOrEqual(before + jobs);
    expect((await entriesRead()) - before).toBeLessThan(12 * jobs);
  } finally {
    await holder.end();
  }
});

test("a job that goes back to its old place is claimed next, also by another instance that has read past it", async () => {
  const other = await openFleet({ persistence: { kind: "server", url: database.url } });
  try {
    await create(40);
    const [first] = await claim(10);
    const [second] = await claim(10, other);
    if (first === undefined || second === undefined) throw new Error("Nothing was claimed.");
    await fleet.leases.release({ jobId: first.id, run: first.run });
    expect(await claimedIds(1)).toEqual([first.id]);
    await fleet.leases.release({ jobId: second.id, run: second.run });
    await expect.poll(async () => (await other.jobs.get(second.id)).status).toBe("pending");
    expect((await claim(1, other)).map(({ id }) => id)).toEqual([second.id]);
  } finally {
    await other.close();
  }
});

test("a job of a higher priority that was created later is claimed first", async () => {
  await create(20);
  await claim(5);
  const [urgent] = await create(1, 5);
  expect(await claimedIds(5)).toContain(urgent);
});

test("a job that stands before the marks, of which nobody was told, is found before the queue is called empty, and after a second", async () => {
  const hide = async (id: string | undefined) => {
    await database.query(`update job_queue set available_at = available_at - interval '1 hour' where job_id = '${id}'`);
    await database.query(`update jobs set available_at = available_at - interval '1 hour' where id = '${id}'`);
  };
  const [last] = (await create(21)).slice(-1);
  await claim(10);
  await hide(last);
  expect([...(await claimedIds(10)), ...(await claimedIds(10))]).toContain(last);

  const [late] = (await create(41)).slice(-1);
  await claim(10);
  await hide(late);
  await expect.poll(() => claimedIds(1), { timeout: 5_000, interval: 100 }).toEqual([late]);
});
