import { describe, expect, test } from "vitest";
import { newId } from "../../ids.ts";
import { finalStatuses } from "../../jobs/job-status.ts";
import { buildChange, buildInsert } from "../build-job.ts";
import type { StoreFixture } from "../store-conformance.ts";

export function describeUpdates(fixture: StoreFixture): void {
  const insertJob = async () => {
    const insert = buildInsert({ metadata: { kept: 1, old: "a" } });
    await fixture.store.jobs.insert(insert);
    return insert.id;
  };

  describe("update", () => {
    test("changes what is given, keeps the rest, and raises the version by one", async () => {
      const { store, clock } = fixture;
      const id = await insertJob();
      await store.jobs.update(id, buildChange({ currentPhase: "plan", progressMessage: "first" }));
      clock.advance(5);
      const outcome = await store.jobs.update(id, buildChange({ progressPercent: 12.5 }));
      expect(outcome).toMatchObject({
        kind: "applied",
        job: { version: 3, currentPhase: "plan", progressMessage: "first", progressPercent: 12.5, updatedAt: new Date(clock.nowMs()) },
      });
      expect(outcome).toEqual({ kind: "applied", job: await store.jobs.find(id) });
    });

    test("null empties the phase and the message; an absent field leaves them", async () => {
      const { jobs } = fixture.store;
      const id = await insertJob();
      await jobs.update(id, buildChange({ currentPhase: "plan", progressMessage: "go" }));
      await jobs.update(id, buildChange({ currentPhase: null, progressMessage: undefined }));
      expect(await jobs.find(id)).toMatchObject({ currentPhase: null, progressMessage: "go" });
    });

    test("merges metadata key by key, and removes a key whose value is null", async () => {
      const { jobs } = fixture.store;
      const id = await insertJob();
      await jobs.update(id, buildChange({ metadata: { old: null, added: { deep: [1] }, absent: null } }));
      expect((await jobs.find(id))?.metadata).toEqual({ kept: 1, added: { deep: [1] } });
    });

    test("a metadata key that is null from the start stays until an update names it", async () => {
      const { jobs } = fixture.store;
      const insert = buildInsert({ metadata: { toString: null, empty: null } });
      await jobs.insert(insert);
      await jobs.update(insert.id, buildChange({ metadata: { other: 1 } }));
      expect((await jobs.find(insert.id))?.metadata).toEqual({ toString: null, empty: null, other: 1 });
    });

    test("starting stamps startedAt once, and handing back to pending clears it", async () => {
      const { store, clock } = fixture;
      const id = await insertJob();
      const startedAt = new Date(clock.nowMs());
      await store.jobs.update(id, buildChange({ status: "running" }));
      clock.advance(1_000);
      await store.jobs.update(id, buildChange({ status: "running" }));
      expect(await store.jobs.find(id)).toMatchObject({ startedAt, completedAt: null });
      await store.jobs.update(id, buildChange({ status: "pending" }));
      expect(await store.jobs.find(id)).toMatchObject({ status: "pending", startedAt: null });
    });

    test("ending stamps completedAt and keeps what the end brought", async () => {
      const { store, clock } = fixture;
      const [done, broken] = [await insertJob(), await insertJob()];
      await store.jobs.update(done, buildChange({ status: "running" }));
      clock.advance(250);
      await store.jobs.update(done, buildChange({ status: "completed", result: { path: "/x" }, progressPercent: 100 }));
      await store.jobs.update(broken, buildChange({ status: "failed", error: "boom", errorStack: "at line 1" }));
      const completedAt = new Date(clock.nowMs());
      expect(await store.jobs.find(done)).toMatchObject({ status: "completed", result: { path: "/x" }, error: null, completedAt });
      expect(await store.jobs.find(broken)).toMatchObject({
        status: "failed",
        error: "boom",
        errorStack: "at line 1",
        startedAt: null,
        completedAt,
      });
    });

    test("a new attempt counts up and clears what the last one left behind", async () => {
      const { jobs } = fixture.store;
      const id = await insertJob();
      await jobs.update(id, buildChange({ status: "running", currentPhase: "draft", progressPercent: 70, progressMessage: "nearly" }));
      await jobs.update(id, buildChange({ status: "failed", error: "boom" }));
      const retried = await jobs.update(id, buildChange({ status: "pending" }, { allowedFrom: ["failed"], newAttempt: true }));
      expect(retried).toMatchObject({
        kind: "applied",
        job: {
          status: "pending",
          attempt: 2,
          currentPhase: null,
          progressPercent: 0,
          progressMessage: null,
          error: null,
          startedAt: null,
          completedAt: null,
        },
      });
    });

    test("is refused with the job as it stands when the status is not allowed", async () => {
      const { jobs } = fixture.store;
      const id = await insertJob();
      const outcome = await jobs.update(id, buildChange({ status: "completed", result: null }, { allowedFrom: ["running"] }));
      expect(outcome).toEqual({ kind: "refused", current: await jobs.find(id) });
      expect(outcome).toMatchObject({ current: { status: "pending", version: 1 } });
    });

    test("is refused when the version is another one, whatever number that is", async () => {
      const { jobs } = fixture.store;
      const id = await insertJob();
      for (const ifVersion of [0, 2, -1, 2 ** 31, Number.MAX_SAFE_INTEGER]) {
        const outcome = await jobs.update(id, buildChange({ currentPhase: "x" }, { ifVersion }));
        expect(outcome).toMatchObject({ kind: "refused", current: { version: 1, currentPhase: null } });
      }
      expect(await jobs.update(id, buildChange({ currentPhase: "x" }, { ifVersion: 1 }))).toMatchObject({ kind: "applied" });
    });

    test("of an absent job is refused with nothing", async () => {
      const outcome = await fixture.store.jobs.update(newId(), buildChange({ currentPhase: "x" }));
      expect(outcome).toEqual({ kind: "refused", current: undefined });
    });

    test("of 100 concurrent writers with one version exactly one is applied", async () => {
      const { jobs } = fixture.store;
      const id = await insertJob();
      const outcomes = await Promise.all(
        Array.from({ length: 100 }, (_, writer) => jobs.update(id, buildChange({ metadata: { writer } }, { ifVersion: 1 }))),
      );
      const applied = outcomes.flatMap((outcome) => (outcome.kind === "applied" ? [outcome.job] : []));
      expect(applied).toHaveLength(1);
      expect(await jobs.find(id)).toEqual(applied[0]);
    });

    test("of concurrent writers that end a job exactly one is applied", async () => {
      const { jobs } = fixture.store;
      const id = await insertJob();
      await jobs.update(id, buildChange({ status: "running" }));
      const outcomes = await Promise.all(
        Array.from({ length: 30 }, (_, index) =>
          jobs.update(id, buildChange({ status: finalStatuses[index % 3] ?? "failed", error: "x" })),
        ),
      );
      expect(outcomes.filter(({ kind }) => kind === "applied")).toHaveLength(1);
    });

    test("200 concurrent updates of one job all happen, one after the other", async () => {
      const { jobs } = fixture.store;
      const id = await insertJob();
      const outcomes = await Promise.all(
        Array.from({ length: 200 }, (_, key) => jobs.update(id, buildChange({ metadata: { [`k${key}`]: key } }))),
      );
      const versions = outcomes.map((outcome) => (outcome.kind === "applied" ? outcome.job.version : 0));
      expect(versions.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 200 }, (_, index) => index + 2));
      expect(Object.keys((await jobs.find(id))?.metadata ?? {})).toHaveLength(202);
    });
  });
}
