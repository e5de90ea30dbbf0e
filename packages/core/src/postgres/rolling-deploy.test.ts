import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { FleetError } from "../errors.ts";
import { type Fleet, openFleet } from "../fleet.ts";
import { activeStatuses, finalStatuses, type JobStatus } from "../jobs/job-status.ts";
import { silentLogger } from "../logger.ts";
import { contradictions } from "../testing/contradictions.ts";
import { migrateTo, OldInstance } from "../testing/old-instance.ts";
import { createTestDatabase } from "../testing/shared-postgres.ts";
import { ServerDatabase } from "./server-database.ts";

/*
 * While instances are replaced one by one, the release before the queue writes to the tables of this one.
 * It knows neither places in the queue nor leases; what it does to a job counts all the same.
 */

const type = "report";

/** An old instance on tables of its release, or of a later one. `deploy` opens an instance of this release beside it. */
async function startOld(migrations = 2) {
  const created = await createTestDatabase();
  const database = new ServerDatabase({ url: created.url, logger: silentLogger });
  await migrateTo(migrations, database);
  const fleets: Fleet[] = [];
  return {
    old: new OldInstance(database),
    query: created.query,
    deploy: async () => {
      const fleet = await openFleet({ persistence: { kind: "server", url: created.url } });
      fleets.push(fleet);
      return fleet;
    },
    [Symbol.asyncDispose]: async () => {
      for (const fleet of fleets) await fleet.close();
      await database.close();
      await created[Symbol.asyncDispose]();
    },
  };
}

const claim = async ({ leases }: Fleet) => (await leases.claim({ workerId: "w", types: [type], limit: 10 })).map(({ id }) => id);
const idle = (status: JobStatus) => activeStatuses.filter((from) => from !== status);

describe("jobs that the release before has left", () => {
  // With three migrations this release, or one close to it, ran beside it before.
  test.each([2, 3])("in tables of %i migrations are worked on if they are pending, and only then", async (migrations) => {
    await using site = await startOld(migrations);
    const { old } = site;
    const [pending, byHand, sentBack, waiting, cancelled] = await Promise.all([1, 2, 3, 4, 5].map(() => old.create(type)));
    await old.move(byHand as string, "running", ["pending"]);
    await old.move(sentBack as string, "running", ["pending"]);
    await old.move(sentBack as string, "pending", ["running"]);
    await old.ask(waiting as string);
    await old.move(cancelled as string, "cancelled", ["pending"]);
    const fleet = await site.deploy();
    expect(await site.query(contradictions)).toEqual([]);
    expect((await claim(fleet)).sort()).toEqual([pending, sentBack].sort());
    expect(await site.query(contradictions)).toEqual([]);
  });

  test("and moved while they stood in the queue of this one are put in their places by the last migration", async () => {
    await using site = await startOld(3);
    const { old } = site;
    const ids = await Promise.all([1, 2, 3, 4, 5].map(() => old.create(type)));
    const [pending, byHand, , waiting, cancelled] = ids as [string, string, string, string, string];
    // As this release writes them.
    await site.query("update jobs set available_at = created_at");
    await site.query("insert into job_queue (type, priority, available_at, job_id) select type, priority, available_at, id from jobs");
    await old.move(byHand, "running", ["pending"]);
    await old.ask(waiting);
    await old.move(cancelled, "cancelled", ["pending"]);
    await old.delete(pending);
    const fleet = await site.deploy();
    expect(await site.query(contradictions)).toEqual([]);
    expect(await claim(fleet)).toEqual([ids[2]]);
  });
});

describe("beside an instance of the release before", () => {
  test("its new jobs are claimed, completed, and read by it as completed", async () => {
    await using site = await startOld();
    const fleet = await site.deploy();
    const id = await site.old.create(type);
    expect(await site.query(contradictions)).toEqual([]);
    expect(await claim(fleet)).toEqual([id]);
    await fleet.leases.complete({ jobId: id, run: 1, result: { ok: true } });
    expect(await site.query("select status, result from jobs")).toEqual([{ status: "completed", result: { ok: true } }]);
    expect((await fleet.jobs.events(id)).map(({ kind }) => kind)).toEqual(["created", "started", "completed"]);
  });

  test("a job of either that it starts by hand is no worker's, until it sends it back", async () => {
    await using site = await startOld();
    const fleet = await site.deploy();
    const ids = [await site.old.create(type), (await fleet.jobs.create({ type })).job.id];
    for (const id of ids) await site.old.move(id, "running", ["pending"]);
    expect(await claim(fleet)).toEqual([]);
    expect(await fleet.leases.claim({ workerId: "w", types: [type], limit: 1 })).toEqual([]);
    for (const id of ids) await site.old.move(id, "pending", ["running"]);
    expect((await claim(fleet)).sort()).toEqual(ids.sort());
  });

  test.each(finalStatuses)("a queued job that becomes %s there leaves the queue, and one in a lease leaves its worker", async (status) => {
    await using site = await startOld();
    const fleet = await site.deploy();
    const leased = (await fleet.jobs.create({ type, timeoutMs: 1 })).job.id;
    expect(await claim(fleet)).toEqual([leased]);
    const queued = (await fleet.jobs.create({ type })).job.id;
    for (const id of [leased, queued]) expect(await site.old.move(id, status, ["pending", "running"])).toBe(true);
    expect(await site.query(contradictions)).toEqual([]);
    expect(await claim(fleet)).toEqual([]);
    await expect(fleet.leases.progress({ jobId: leased, run: 1, percent: 50 })).rejects.toMatchObject({ code: "LEASE_LOST" });
    expect(await fleet.leases.heartbeat({ workerId: "w", types: [type], held: [leased] })).toEqual({
      leases: [],
      lost: [{ jobId: leased, status }],
    });
    // Its time limit ended with it.
    expect(await fleet.jobs.expireOverdue()).toBe(0);
  });

  test("a job that asks there waits in no queue, and is worked on when either release has the answer", async () => {
    await using site = await startOld();
    const fleet = await site.deploy();
    const ids = [await site.old.create(type), (await fleet.jobs.create({ type })).job.id] as const;
    const asked = [await site.old.ask(ids[0]), await site.old.ask(ids[1])] as const;
    expect(await claim(fleet)).toEqual([]);
    expect(await fleet.prompts.get(asked[0])).toMatchObject({ responseSchema: { properties: { ok: { type: "boolean" } } }, revision: 1 });
    await site.old.revise(ids[0], asked[0], "Really?");
    expect(await fleet.prompts.get(asked[0])).toMatchObject({ title: "Really?", responseSchema: { type: "object" }, revision: 2 });
    await fleet.prompts.respondToJob(ids[0], { ok: true });
    await site.old.answer(ids[1]);
    expect(await site.query(contradictions)).toEqual([]);
    expect((await claim(fleet)).sort()).toEqual([...ids].sort());
  });

  test("the tags of a job know in which status it rests, however it is moved there", async () => {
    await using site = await startOld();
    const fleet = await site.deploy();
    const expectTagsInStep = async () => {
      const rows = await site.query(`
        select j.status, j.resting_status, t.resting_status as of_tag from jobs j join job_tags t on t.job_id = j.id
        where t.resting_status is distinct from j.resting_status`);
      expect(rows).toEqual([]);
    };
    const ids = [await site.old.create(type, ["x"]), (await fleet.jobs.create({ type, tags: ["x"] })).job.id] as const;
    await expectTagsInStep();
    for (const id of ids) await site.old.ask(id);
    await expectTagsInStep();
    for (const id of ids) await site.old.answer(id);
    await expectTagsInStep();
    for (const [status, from] of [
      ["failed", "running"],
      ["pending", "failed"],
      ["running", "pending"],
    ] as const) {
      for (const id of ids) expect(await site.old.move(id, status, [from])).toBe(true);
      await expectTagsInStep();
    }
  });

  test("a queued job that it deletes leaves nothing behind", async () => {
    await using site = await startOld();
    const fleet = await site.deploy();
    const { job } = await fleet.jobs.create({ type });
    await site.old.delete(job.id);
    expect(await site.query("select job_id from job_queue union all select job_id from job_events")).toEqual([]);
  });

  test("rows, queue and leases agree, whatever both do at the same time", async () => {
    await using site = await startOld();
    const { old } = site;
    const { jobs, prompts, leases } = await site.deploy();
    const acts: Record<string, (id: string) => Promise<unknown>> = {
      "old: start": (id) => old.move(id, "running", ["pending"]),
      "old: send back": (id) => old.move(id, "pending", ["running", "failed", "cancelled"]),
      "old: fail": (id) => old.move(id, "failed", idle("pending_hitl")),
      "old: complete": (id) => old.move(id, "completed", ["running"]),
      "old: ask": (id) => old.ask(id),
      "old: answer": (id) => old.answer(id),
      claim: () => leases.claim({ workerId: "w", types: [type], limit: 2 }),
      complete: async (jobId) => leases.complete({ jobId, run: (await jobs.get(jobId)).run }),
      release: async (jobId) => leases.release({ jobId, run: (await jobs.get(jobId)).run }),
      start: (id) => jobs.update(id, { status: "running" }),
      "send back": (id) => jobs.update(id, { status: "pending" }),
      answer: (id) => prompts.respondToJob(id, { ok: true }),
      cancel: (id) => jobs.cancel(id),
      retry: (id) => jobs.retry(id),
    };
    const step = fc.record({ act: fc.constantFrom(...Object.keys(acts)), job: fc.nat(1) });
    const rounds = fc.array(fc.array(step, { minLength: 1, maxLength: 3 }), { minLength: 5, maxLength: 15 });
    await fc.assert(
      fc.asyncProperty(rounds, async (plan) => {
        const ids = [await old.create(type), (await jobs.create({ type, maxAttempts: 100 })).job.id];
        for (const round of plan) {
          await Promise.all(
            round.map(({ act, job }) =>
              acts[act]?.(ids[job] as string).catch((error: unknown) => {
                if (!FleetError.is(error) || ["INTERNAL", "STORE_UNAVAILABLE"].includes(error.code)) throw error;
              }),
            ),
          );
          expect(await site.query(contradictions)).toEqual([]);
        }
      }),
      { numRuns: 12 },
    );
  }, 60_000);
});
