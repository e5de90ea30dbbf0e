import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Fleet, openFleet } from "../fleet.ts";
import type { JobFilter } from "../jobs/job.ts";
import type { ListPosition } from "../jobs/job-repository.ts";
import type { JobStatus } from "../jobs/job-status.ts";
import { silentLogger } from "../logger.ts";
import { createTestDatabase } from "../testing/shared-postgres.ts";
import type { TestDatabase } from "../testing/test-databases.ts";
import { fewStanding, listJobs } from "./list-jobs.ts";
import { type ListSource, reachOf, restingSources } from "./list-sources.ts";
import { migrate } from "./migrate.ts";
import { runQuery } from "./run-query.ts";
import type { JobRow } from "./schema.ts";
import { ServerDatabase } from "./server-database.ts";

/** Jobs of two types, two users and two tags, in each of the places where a job may stand. */
async function putJobsInAllPlaces({ jobs, leases, prompts }: Fleet) {
  const kinds = ["import", "export"].flatMap((type) => ["ada", "bob"].map((userId) => ({ type, userId, tags: [`of ${userId}`, "all"] })));
  const make = async (options: { delayMs?: number } = {}) => (await jobs.create({ ...kinds[made++ % kinds.length], ...options })).job.id;
  let made = 0;
  const take = async () => {
    await make();
    const [leased] = await leases.claim({ workerId: "w", types: ["import", "export"], limit: 1 });
    return { jobId: leased?.id as string, run: leased?.run as number };
  };
  const ask = async () => {
    const lease = await take();
    await leases.ask({ ...lease, prompts: [{ type: "confirm", key: "go" }] });
    return lease.jobId;
  };
  for (const _ of kinds) {
    await leases.sleep({ ...(await take()), name: "an hour", ms: 3_600_000 });
    await jobs.update(await make(), { status: "running" });
    await ask();
    await leases.complete(await take());
    await leases.fail({ ...(await take()), error: "broken", retryable: false });
    await jobs.cancel(await make());
    await take();
    await make({ delayMs: 3_600_000 });
  }
  const asked = await Promise.all(kinds.map(ask));
  const taken = await Promise.all(kinds.map(take));
  // Back in the queue, where a claim would find them first.
  for (const jobId of asked) await prompts.respondToJob(jobId, { answer: "yes" });
  for (const lease of taken) await leases.release(lease);
  for (const _ of kinds) await make();
}

const statuses: (readonly JobStatus[] | undefined)[] = [
  undefined,
  ["pending"],
  ["running"],
  ["pending_hitl"],
  ["completed"],
  ["failed"],
  ["cancelled"],
  ["pending", "running"],
  ["failed", "pending", "failed"],
  ["completed", "running"],
];

function filtersOf(middle: Date): JobFilter[] {
  const periods = [{}, { createdAfter: middle }, { createdBefore: middle }];
  return statuses.flatMap((status) =>
    [undefined, "import"].flatMap((type) =>
      [undefined, "ada"].flatMap((userId) =>
        [undefined, "of ada", "all", "nobody's"].flatMap((tag) => periods.map((period) => ({ status, type, userId, tag, ...period }))),
      ),
    ),
  );
}

async function readAll({ jobs }: Fleet, filter: JobFilter, limit: number): Promise<string[]> {
  const ids: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await jobs.list({ ...filter, limit, cursor });
    ids.push(...page.jobs.map(({ id }) => id));
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return ids;
}

describe.sequential("every list has the jobs that a look at all of them finds, in their order", () => {
  let database: TestDatabase;
  let fleet: Fleet;

  beforeAll(async () => {
    database = await createTestDatabase();
    fleet = await openFleet({ persistence: { kind: "server", url: database.url } });
    await putJobsInAllPlaces(fleet);
  });

  afterAll(async () => {
    await fleet.close();
    await database[Symbol.asyncDispose]();
  });

  async function expectRightLists(limit: number) {
    const all = (await database.query("select * from jobs order by created_at desc, id desc")) as JobRow[];
    const middle = all[Math.floor(all.length / 2)]?.created_at as Date;
    for (const filter of filtersOf(middle)) {
      const fitting = all.filter(
        (job) =>
          (filter.status?.includes(job.status) ?? true) &&
          (filter.type === undefined || job.type === filter.type) &&
          (filter.userId === undefined || job.user_id === filter.userId) &&
          (filter.tag === undefined || job.tags.includes(filter.tag)) &&
          (filter.createdAfter === undefined || job.created_at >= filter.createdAfter) &&
          (filter.createdBefore === undefined || job.created_at < filter.createdBefore),
      );
      expect(await readAll(fleet, filter, limit), JSON.stringify(filter)).toEqual(fitting.map(({ id }) => id));
    }
  }

  test("in every place where a job may stand", async () => {
    const places = await database.query(`
      select status, available_at is not null as queued, worker_id is not null as leased
      from jobs group by 1, 2, 3 order by 1, 2, 3`);
    expect(places).toEqual([
      { status: "cancelled", queued: false, leased: false },
      { status: "completed", queued: false, leased: false },
      { status: "failed", queued: false, leased: false },
      { status: "pending", queued: true, leased: false },
      { status: "pending_hitl", queued: false, leased: false },
      { status: "running", queued: false, leased: false },
      { status: "running", queued: false, leased: true },
      { status: "running", queued: true, leased: false },
    ]);
    await expectRightLists(7);
  });

  test("when the queue is too long to be looked through, and hardly any job in it has a user and a tag", async () => {
    // Created a few before and between the others, and nearly all after them; what is queued is for the most part nobody's.
    await database.query(`
      with period as (select min(created_at) - interval '2 seconds' as start, max(created_at) - min(created_at) + interval '2 minutes' as length from jobs),
      made as (
        insert into jobs (id, type, status, user_id, task_description, input, user_context, metadata, tags, progress_percent, attempt, version, created_at, updated_at, available_at)
        select
          gen_random_uuid(), case when n % 3 = 0 then 'import' else 'report' end, 'pending', case when n % 50 = 0 then 'ada' end, '', 'null', '{}', '{}',
          case when n % 100 = 0 then array['of ada', 'all'] when n % 10 = 0 then '{all}' else '{}' end, 0, 1, 1, at, at, at
        from period, generate_series(1, ${fewStanding + 200}) as n, lateral (select (start + length * n / ${fewStanding + 200})::timestamptz(3) as at) as instant
        returning *
      )
      insert into job_queue (type, priority, available_at, job_id) select type, priority, available_at, id from made`);
    await expectRightLists(200);
  }, 60_000);
});

const maxUuid = "ffffffff-ffff-ffff-ffff-ffffffffffff";

describe("a page of a list of many jobs", () => {
  const jobCount = 60_000;
  let created: TestDatabase;
  let database: ServerDatabase;

  beforeAll(async () => {
    created = await createTestDatabase();
    database = new ServerDatabase({ url: created.url, logger: silentLogger });
    await migrate(database);
    // Without statistics, as an embedded database is.
    await database.script("alter table jobs set (autovacuum_enabled = off); alter table job_tags set (autovacuum_enabled = off)");
    await database.script(`
      with made as (
        insert into jobs (
          id, type, status, user_id, task_description, input, user_context, metadata, tags, progress_percent, attempt, version, created_at, updated_at, available_at
        )
        select
          gen_random_uuid(), case when n % 10 = 0 then 'import' else 'report' end, status, case when n % 4 = 0 then 'robot' else 'user ' || n % 6000 end,
          '', 'null', '{}', '{}', array[case when n % 3 = 0 then 'monthly' else 'daily' end, 'customer ' || n % 3000], 0, 1, 1, at, at,
          case when status = 'pending' then at end
        from generate_series(1, ${jobCount}) as n, lateral (
          select now() - n * interval '1 minute' as at, case
            when n % 2500 = 1 then 'failed' when n % 600 = 2 then 'pending' when n % 3000 = 3 then 'pending_hitl' else 'completed'
          end as status
        ) as job
        returning *
      )
      insert into job_queue (type, priority, available_at, job_id) select type, priority, available_at, id from made where available_at is not null`);
  });

  afterAll(async () => {
    await database.close();
    await created[Symbol.asyncDispose]();
  });

  /** How many pages of tables and indexes PostgreSQL reads for a list. */
  async function pagesRead(filter: JobFilter, position?: ListPosition): Promise<number> {
    let pages = 0;
    const explained = {
      script: (text: string) => database.script(text),
      query: async <Row>({ text }: { text: string }, values: readonly unknown[]) => {
        const [row] = await database.query<{ "QUERY PLAN": [{ Plan: Record<string, number> }] }>(
          { text: `explain (analyze, buffers, format json) ${text}` },
          values,
        );
        const { Plan } = (row as NonNullable<typeof row>)["QUERY PLAN"][0];
        pages += (Plan["Shared Hit Blocks"] ?? 0) + (Plan["Shared Read Blocks"] ?? 0);
        return database.query<Row>({ text }, values);
      },
    };
    await listJobs(explained, filter, 51, position);
    return pages;
  }

  test.each<JobFilter>([
    {},
    { status: ["failed"] },
    { status: ["pending_hitl"] },
    { status: ["pending"] },
    { status: ["running"] },
    { status: ["failed", "pending"] },
    { status: ["pending", "running"], userId: "robot" },
    { status: ["failed"], userId: "robot", tag: "monthly" },
    { status: ["failed"], type: "report" },
    { status: ["failed", "pending_hitl"], type: "import", userId: "robot" },
    { status: ["completed"], userId: "robot", tag: "customer 8" },
    { type: "import" },
    { userId: "user 7" },
    { tag: "customer 7" },
    { tag: "monthly" },
    { status: ["failed", "cancelled"], tag: "customer 7" },
    { tag: "monthly", userId: "user 9" },
    { tag: "customer 8", userId: "robot" },
    { tag: "customer 7", userId: "robot" },
    { tag: "monthly", userId: "nobody" },
    { tag: "monthly", userId: "robot", type: "import" },
    // Jobs of which each filter has many, and both together none.
    { userId: "robot", tag: "customer 1", type: "import" },
  ])("reads few pages of the tables: %o", async (filter) => {
    const [size] = await database.query<{ pages: number }>({ text: "select pg_relation_size('jobs')::integer / 8192 as pages" }, []);
    expect(size?.pages).toBeGreaterThan(2_000);
    expect(await pagesRead(filter)).toBeLessThan(1_000);
    const middle = { createdAt: new Date(Date.now() - (jobCount / 2) * 60_000), id: maxUuid };
    expect(await pagesRead(filter, middle)).toBeLessThan(1_000);
  });

  test.each<JobFilter>([{ status: ["failed"] }, { status: ["failed"], type: "report" }, { status: ["failed"], tag: "monthly" }])(
    "looks by the index alone how far jobs at rest reach: %o",
    async (filter) => {
      const [source] = restingSources(filter);
      const reach = reachOf(source as ListSource, { filter }, 1_000);
      const plan = JSON.stringify(await runQuery(database, sql`explain select ${reach}`));
      expect(plan).toContain("Index Only Scan Backward using");
      expect(plan).not.toMatch(/Index Scan|Seq Scan on/);
    },
  );
});
