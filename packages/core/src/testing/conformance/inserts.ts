import { describe, expect, test } from "vitest";
import { newId } from "../../ids.ts";
import { buildChange, buildInsert } from "../build-job.ts";
import type { StoreFixture } from "../store-conformance.ts";

export function describeInserts(fixture: StoreFixture): void {
  describe("insert", () => {
    test("a new job is pending, at version 1, first attempt, and can be found", async () => {
      const { store, clock } = fixture;
      const insert = buildInsert({ userId: "u1", taskDescription: "write", tags: ["a"], metadata: { k: 1 }, userContext: { lang: "de" } });
      const outcome = await store.jobs.insert(insert);
      const now = new Date(clock.nowMs());
      const { userId, taskDescription, tags, metadata, userContext } = insert;
      const expected = {
        ...{ id: insert.id, type: "report", userId, taskDescription, input: null, userContext, metadata, tags },
        status: "pending",
        priority: 0,
        maxAttempts: 5,
        attemptTimeoutMs: null,
        deadlineAt: null,
        availableAt: now,
        run: 0,
        workerId: null,
        currentPhase: null,
        progressPercent: 0,
        progressMessage: null,
        result: null,
        error: null,
        errorStack: null,
        attempt: 1,
        version: 1,
        createdAt: now,
        updatedAt: now,
        startedAt: null,
        completedAt: null,
        durability: store.durability,
      };
      expect(outcome).toEqual({ kind: "inserted", job: expected });
      expect(await store.jobs.find(insert.id)).toEqual(expected);
    });

    test("an id that nothing has is found undefined", async () => {
      expect(await fixture.store.jobs.find(newId())).toBeUndefined();
    });

    test("the same request with the same key is replayed with the job as it is now", async () => {
      const { jobs } = fixture.store;
      const keyed = { idempotencyKey: "order-1", requestHash: "hash" };
      const first = buildInsert(keyed);
      await jobs.insert(first);
      await jobs.update(first.id, buildChange({ status: "running" }));
      const again = await jobs.insert(buildInsert(keyed));
      expect(again).toMatchObject({ kind: "replayed", job: { id: first.id, status: "running", version: 2 } });
      expect(await jobs.list({}, 10)).toHaveLength(1);
    });

    test("another request with the same key is a key conflict that names the first job", async () => {
      const { jobs } = fixture.store;
      const first = buildInsert({ idempotencyKey: "order-2", requestHash: "one" });
      await jobs.insert(first);
      const other = await jobs.insert(buildInsert({ idempotencyKey: "order-2", requestHash: "two" }));
      expect(other).toEqual({ kind: "key_conflict", jobId: first.id });
    });

    test("the same request with the same id is replayed", async () => {
      const { jobs } = fixture.store;
      const insert = buildInsert({ requestHash: "hash" });
      await jobs.insert(insert);
      expect(await jobs.insert(insert)).toMatchObject({ kind: "replayed", job: { id: insert.id } });
    });

    test("another request with the same id is an id conflict", async () => {
      const { jobs } = fixture.store;
      const insert = buildInsert({ requestHash: "one" });
      await jobs.insert(insert);
      expect(await jobs.insert({ ...insert, requestHash: "two" })).toEqual({ kind: "id_conflict", jobId: insert.id });
    });

    test("a request without a hash is never taken for a repetition", async () => {
      const { jobs } = fixture.store;
      const insert = buildInsert();
      await jobs.insert(insert);
      expect(await jobs.insert(insert)).toEqual({ kind: "id_conflict", jobId: insert.id });
    });

    test("a key that belongs to one job and an id that belongs to another is a key conflict", async () => {
      const { jobs } = fixture.store;
      const keyed = buildInsert({ idempotencyKey: "order-3", requestHash: "one" });
      const other = buildInsert({ requestHash: "two" });
      await Promise.all([jobs.insert(keyed), jobs.insert(other)]);
      const outcome = await jobs.insert(buildInsert({ id: other.id, idempotencyKey: "order-3", requestHash: "three" }));
      expect(outcome).toEqual({ kind: "key_conflict", jobId: keyed.id });
    });

    test("of 50 concurrent requests with one key exactly one makes a job, and all get that job", async () => {
      const { jobs } = fixture.store;
      const outcomes = await Promise.all(
        Array.from({ length: 50 }, () => jobs.insert(buildInsert({ idempotencyKey: "rush", requestHash: "same" }))),
      );
      expect(outcomes.filter(({ kind }) => kind === "inserted")).toHaveLength(1);
      expect(outcomes.filter(({ kind }) => kind === "replayed")).toHaveLength(49);
      expect(new Set(outcomes.map((outcome) => "job" in outcome && outcome.job.id)).size).toBe(1);
      expect(await jobs.list({}, 10)).toHaveLength(1);
    });

    test("a key is free again once its job is deleted", async () => {
      const { jobs } = fixture.store;
      const first = buildInsert({ idempotencyKey: "order-4", requestHash: "one" });
      await jobs.insert(first);
      await jobs.delete(first.id, ["pending"]);
      const next = await jobs.insert(buildInsert({ idempotencyKey: "order-4", requestHash: "two" }));
      expect(next.kind).toBe("inserted");
    });

    test("1,000 jobs inserted at once are all there, each with its own content", async () => {
      const { jobs } = fixture.store;
      const inserts = Array.from({ length: 1_000 }, (_, index) => buildInsert({ input: { index } }));
      await Promise.all(inserts.map((insert) => jobs.insert(insert)));
      const found = await Promise.all(inserts.map(({ id }) => jobs.find(id)));
      expect(found.map((job) => job?.input)).toEqual(inserts.map(({ input }) => input));
    });
  });
}
