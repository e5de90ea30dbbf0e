import { describe, expect, test } from "vitest";
import { isFinal, jobStatuses } from "../../jobs/job-status.ts";
import { buildChange } from "../build-job.ts";
import type { StoreFixture } from "../store-conformance.ts";
import { queueOf } from "./queue-of.ts";

export function describeLeases(fixture: StoreFixture): void {
  const { claim, idsOf, insert, later } = queueOf(fixture);

  describe("a job", () => {
    test("that is moved by hand leaves the queue, and comes back when it is sent back", async () => {
      const { jobs } = fixture.store;
      const id = await insert();
      await jobs.update(id, buildChange({ status: "running" }, { place: { in: "nowhere", byHand: true } }));
      expect(await claim()).toEqual([]);
      await jobs.update(id, buildChange({ status: "pending" }, { place: { in: "queue" } }));
      expect(await idsOf(claim())).toEqual([id]);
    });

    test("that somebody gives the status that it has stays with its worker", async () => {
      const { jobs, leases } = fixture.store;
      const id = await insert();
      await claim();
      await jobs.update(id, buildChange({ status: "running", currentPhase: "b" }, { place: { in: "nowhere", byHand: true } }));
      expect(await leases.leasesOf("w")).toHaveLength(1);
      expect(await jobs.find(id)).toMatchObject({ workerId: "w", currentPhase: "b" });
    });

    test.each(jobStatuses.filter(isFinal))("that becomes %s stands in no queue and in no lease", async (status) => {
      const { jobs, leases } = fixture.store;
      const end = (id: string) => jobs.update(id, buildChange({ status, error: "x" }, { place: { in: "nowhere" } }));
      const [leased, queued] = [await insert({ priority: 1 }), await insert()];
      await claim({ limit: 1 });
      for (const id of [leased, queued])
        expect(await end(id)).toMatchObject({ kind: "applied", job: { workerId: null, availableAt: null } });
      expect(await leases.leasesOf("w")).toEqual([]);
      expect(await claim()).toEqual([]);
    });

    test("that is deleted is gone from the queue", async () => {
      const { jobs, leases } = fixture.store;
      await jobs.delete(await insert(), ["pending"]);
      expect(await claim()).toEqual([]);
      expect(await leases.untilAvailableMs(["report"], "w")).toBeUndefined();
    });

    test("that fails for now waits for its delay, with its next attempt", async () => {
      const { store, clock } = fixture;
      const id = await insert();
      await claim();
      const change = buildChange({ status: "pending" }, { run: 1, newAttempt: true, place: { in: "queue", delayMs: 1_500 } });
      expect(await store.jobs.update(id, change)).toMatchObject({ job: { attempt: 2, availableAt: later(1_500), workerId: null } });
      clock.advance(1_499);
      expect(await claim()).toEqual([]);
      clock.advance(1);
      expect(await claim()).toMatchObject([{ id, run: 2, attempt: 2 }]);
    });

    test("that is given back stands before all that came later", async () => {
      const { store, clock } = fixture;
      const id = await insert();
      await claim();
      clock.advance(1_000);
      await insert();
      await store.jobs.update(id, buildChange({ status: "pending" }, { run: 1, place: { in: "queue" } }));
      expect(await idsOf(claim({ limit: 1 }))).toEqual([id]);
    });
  });

  describe("the run", () => {
    test("grows with every claim, and a write of an earlier one changes nothing", async () => {
      const { jobs } = fixture.store;
      const id = await insert();
      await claim();
      await jobs.update(id, buildChange({ status: "pending" }, { run: 1, place: { in: "queue" } }));
      const between = buildChange({ progressPercent: 1 }, { run: 1 });
      expect(await jobs.update(id, between)).toMatchObject({ kind: "refused" });
      const [current] = await claim({ workerId: "other" });
      for (const change of [
        buildChange({ progressPercent: 50 }, { run: 1 }),
        buildChange({ status: "completed", result: 1 }, { run: 1, place: { in: "nowhere" } }),
        buildChange({ status: "pending" }, { run: 1, place: { in: "queue" } }),
        buildChange({ status: "completed", result: 1 }, { run: 3, place: { in: "nowhere" } }),
      ]) {
        expect(await jobs.update(id, change)).toEqual({ kind: "refused", current });
      }
      expect(await jobs.find(id)).toEqual(current);
      expect(current).toMatchObject({ run: 2, workerId: "other" });
    });

    test("of a completed job is the one that completed it", async () => {
      const { jobs } = fixture.store;
      const id = await insert();
      await claim();
      const done = buildChange({ status: "completed", result: { a: 1 } }, { run: 1, place: { in: "nowhere" } });
      expect(await jobs.update(id, done)).toMatchObject({ kind: "applied", job: { status: "completed", run: 1, workerId: null } });
      expect(await jobs.update(id, done)).toMatchObject({ kind: "refused" });
    });

    test("of many that end a job at once lets one do it", async () => {
      const { jobs } = fixture.store;
      const id = await insert();
      await claim();
      const attempts = Array.from({ length: 20 }, (_, n) =>
        jobs.update(id, n % 2 ? buildChange({ status: "completed", result: n }, { run: 1, place: { in: "nowhere" } }) : retry()),
      );
      const outcomes = await Promise.all(attempts);
      expect(outcomes.filter(({ kind }) => kind === "applied")).toHaveLength(1);
    });

    const retry = () => buildChange({ status: "pending" }, { run: 1, newAttempt: true, place: { in: "queue", delayMs: 0 } });
  });

  describe("a worker", () => {
    test("that is silent for longer than the limit loses its jobs, and one that beats does not", async () => {
      const { clock, store } = fixture;
      const id = await insert();
      await claim({ workerId: "fresh", claim: 3 });
      clock.advance(1_000);
      expect(await store.leases.expired(1_000, 10)).toEqual([]);
      expect(await store.leases.beat("fresh", ["report"])).toEqual([{ jobId: id, run: 1, claim: 3 }]);
      clock.advance(1_000);
      expect(await store.leases.expired(1_000, 10)).toEqual([]);
      clock.advance(1);
      expect(await store.leases.expired(1_000, 10)).toEqual([{ jobId: id, run: 1, claim: 3, workerId: "fresh", reason: "worker_died" }]);
    });

    test("that is forgotten leaves its leases to whoever looks for them", async () => {
      const { leases } = fixture.store;
      await insert();
      await claim();
      await leases.forget("w");
      expect(await leases.expired(1_000, 10)).toMatchObject([{ workerId: "w", reason: "worker_died" }]);
    });

    test("that is silent is forgotten when it has nothing, and not before", async () => {
      const { clock, store } = fixture;
      const id = await insert();
      await claim();
      clock.advance(1_001);
      await store.leases.forgetSilent(1_000);
      expect(await store.leases.expired(10_000, 10)).toEqual([]);
      await store.jobs.update(id, buildChange({ status: "cancelled" }, { place: { in: "nowhere" } }));
      await store.leases.forgetSilent(1_000);
      expect(await store.leases.leasesOf("w")).toEqual([]);
    });

    test("that takes longer than a job allows loses it, although it lives", async () => {
      const { clock, store } = fixture;
      await insert({ attemptTimeoutMs: 500 });
      await insert();
      await claim();
      clock.advance(499);
      expect(await store.leases.expired(60_000, 10)).toEqual([]);
      clock.advance(1);
      expect(await store.leases.expired(60_000, 10)).toMatchObject([{ run: 1, reason: "attempt_timed_out" }]);
    });
  });
}
