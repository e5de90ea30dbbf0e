import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Fleet, openFleet } from "../fleet.ts";
import type { JobStats } from "../jobs/job.ts";
import { createTestDatabase } from "../testing/shared-postgres.ts";
import type { TestDatabase } from "../testing/test-databases.ts";

/** A tenth has failed, a few have not ended, and the others took from 0 to 999 ms, all as often. */
const insertJobs = (from: number, to: number) => `
  with inserted as (
    insert into jobs (
      id, type, status, task_description, input, user_context, metadata, tags, progress_percent,
      attempt, version, created_at, updated_at, started_at, completed_at, available_at
  )
    select gen_random_uuid(), case when n % 4 = 0 then 'import' else 'report' end, status, '', 'null', '{}', '{}', '{}', 0,
      1, 1, at, at, case when status <> 'pending' then at end,
      case when status in ('completed', 'failed') then at + n % 1000 * interval '1 millisecond' end, case when status = 'pending' then at end
    from generate_series(${from}, ${to}) as n, lateral (
      select timestamptz '2026-01-01' + n * interval '1 second' as at, case
        when n % 1000 = 1 then 'pending' when n % 10000 = 2 then 'running' when n % 10 = 3 then 'failed' else 'completed'
      end as status
    ) job
    returning *
  )
  insert into job_queue (type, priority, available_at, job_id)
  select type, priority, available_at, id from inserted where available_at is not null`;

let database: TestDatabase;
let fleet: Fleet;

beforeAll(async () => {
  database = await createTestDatabase();
  fleet = await openFleet({ persistence: { kind: "server", url: database.url } });
});

afterAll(async () => {
  await fleet.close();
  await database[Symbol.asyncDispose]();
});

describe.sequential("stats of a growing table", () => {
  let exact: JobStats;

  test("are exact while there are some ten thousand jobs", async () => {
    await database.query(insertJobs(1, 20_000));
    exact = await fleet.jobs.stats();
    expect(exact).toMatchObject({
      estimated: false,
      total: 20_000,
      byStatus: { pending: 20, running: 2, pending_hitl: 0, completed: 17_978, failed: 2_000, cancelled: 0 },
      byType: [
        { type: "report", total: 15_000 },
        { type: "import", total: 5_000 },
      ],
    });
  });

  test("are estimates of 100,000 jobs that say so, without statistics, and exact where few jobs have a status", async () => {
    await database.query("alter table jobs set (autovacuum_enabled = off)");
    await database.query(insertJobs(20_001, 100_000));
    const stats = await fleet.jobs.stats();
    expect(stats).toMatchObject({ estimated: true, byStatus: { pending: 100, running: 10, pending_hitl: 0, cancelled: 0 } });
    // Of p pages each is read with chance 1,000 / p, so what is read deviates by less than 1 in the root of 1,000, which is
    // 3.2 %; five times that does not happen, and with the same seed it is the same every time.
    const isNear = (actual: number | undefined, expected: number) => {
      expect(actual).toBeGreaterThan(expected * 0.84);
      expect(actual).toBeLessThan(expected * 1.16);
    };
    isNear(stats.total, 100_000);
    isNear(stats.byStatus.failed, 10_000);
    isNear(stats.byStatus.completed, 89_890);
    expect(stats.byType.map(({ type }) => type)).toEqual(["report", "import"]);
    isNear(stats.byType[0]?.total, 75_000);
    isNear(stats.byType[1]?.total, 25_000);
    for (const key of ["averageMs", "p50Ms", "p95Ms"] as const) isNear(stats.durations?.[key], Number(exact.durations?.[key]));
    expect(await fleet.jobs.stats()).toEqual(stats);
  });
});
