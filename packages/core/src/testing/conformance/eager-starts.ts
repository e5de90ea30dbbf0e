import { describe, expect, test } from "vitest";
import { newId } from "../../ids.ts";
import type { Claim } from "../../leases/lease-repository.ts";
import { buildChange, buildInsert } from "../build-job.ts";
import type { StoreFixture } from "../store-conformance.ts";
import { queueOf } from "./queue-of.ts";

const waiting: Claim = { workerId: "w", types: ["report"], limit: 10, claim: 7, actor: { id: "worker:w", via: "api" } };

export function describeEagerStarts(fixture: StoreFixture): void {
  const { claim, later } = queueOf(fixture);

  describe("an insert that a claim waits for", () => {
    test("leaves the job as if it had been claimed right after, and says both what was inserted and what was started", async () => {
      const { store, clock } = fixture;
      const insert = buildInsert({ attemptTimeoutMs: 2_000, timeoutMs: 9_000, tags: ["a"] });
      const outcome = await store.jobs.insert(insert, waiting);
      const now = new Date(clock.nowMs());
      expect(outcome).toMatchObject({
        kind: "inserted",
        job: { id: insert.id, status: "pending", version: 1, run: 0, workerId: null, availableAt: now, startedAt: null },
        started: {
          id: insert.id,
          status: "running",
          version: 2,
          run: 1,
          workerId: "w",
          availableAt: null,
          startedAt: now,
          deadlineAt: later(9_000),
        },
      });
      expect(outcome.kind === "inserted" && outcome.started).toEqual(await store.jobs.find(insert.id));
      expect(await store.leases.leasesOf("w")).toEqual([{ jobId: insert.id, run: 1, claim: 7 }]);
      expect(await store.leases.untilAvailableMs(["report"], "w")).toBeUndefined();
      expect(await claim({ workerId: "other" })).toEqual([]);
      expect(await store.jobs.events(insert.id, 0, 10)).toEqual([
        { jobId: insert.id, version: 1, kind: "created", data: {}, actor: insert.actor.id, via: insert.actor.via, at: now },
        {
          jobId: insert.id,
          version: 2,
          kind: "started",
          data: { workerId: "w", run: 1, attempt: 1 },
          actor: "worker:w",
          via: "api",
          at: now,
        },
      ]);
    });

    test("has the lease end with the time of the attempt, as any", async () => {
      const { store, clock } = fixture;
      const insert = buildInsert({ attemptTimeoutMs: 2_000 });
      await store.leases.beat("w", ["report"]);
      await store.jobs.insert(insert, waiting);
      clock.advance(1_999);
      expect(await store.leases.expired(60_000, 10)).toEqual([]);
      clock.advance(1);
      expect(await store.leases.expired(60_000, 10)).toMatchObject([{ jobId: insert.id, claim: 7, reason: "attempt_timed_out" }]);
    });

    test("gives the worker what a claim gives: its writes are taken, and the job goes back to its place when it is released", async () => {
      const { store } = fixture;
      const [kept, released] = [buildInsert(), buildInsert()];
      await Promise.all([kept, released].map((insert) => store.jobs.insert(insert, waiting)));
      await store.jobs.update(released.id, buildChange({ status: "pending" }, { run: 1, place: { in: "queue" } }));
      expect(await store.jobs.update(kept.id, buildChange({ progressPercent: 5 }, { run: 1 }))).toMatchObject({ job: { version: 3 } });
      expect(await claim()).toMatchObject([{ id: released.id, run: 2 }]);
    });

    test("of several workers gives each its own, also in one batch", async () => {
      const { store } = fixture;
      const other: Claim = { ...waiting, workerId: "v", claim: 3, actor: { id: "worker:v", via: "api" } };
      const [mine, theirs] = [buildInsert(), buildInsert()];
      await Promise.all([store.jobs.insert(mine, waiting), store.jobs.insert(theirs, other)]);
      expect(await store.leases.leasesOf("w")).toEqual([{ jobId: mine.id, run: 1, claim: 7 }]);
      expect(await store.leases.leasesOf("v")).toEqual([{ jobId: theirs.id, run: 1, claim: 3 }]);
      const started = await store.jobs.events(theirs.id, 1, 1);
      expect(started).toMatchObject([{ kind: "started", data: { workerId: "v" }, actor: "worker:v" }]);
    });

    test("shares a batch with inserts that none waits for", async () => {
      const { store } = fixture;
      const [queued, started] = [buildInsert(), buildInsert()];
      await Promise.all([store.jobs.insert(queued), store.jobs.insert(started, waiting)]);
      expect(await store.jobs.find(started.id)).toMatchObject({ status: "running" });
      expect(await claim()).toMatchObject([{ id: queued.id, run: 1 }]);
    });

    test("starts nothing when the job is there already", async () => {
      const { store } = fixture;
      const insert = buildInsert({ requestHash: "h", idempotencyKey: "k" });
      const first = await store.jobs.insert(insert);
      expect(first).toMatchObject({ kind: "inserted", started: undefined });
      expect(await store.jobs.insert({ ...insert, id: newId() }, waiting)).toMatchObject({
        kind: "replayed",
        job: { id: insert.id, version: 1 },
      });
      expect(await store.jobs.insert({ ...insert, requestHash: "other" }, waiting)).toMatchObject({ kind: "key_conflict" });
      expect(await store.leases.leasesOf("w")).toEqual([]);
    });
  });
}
