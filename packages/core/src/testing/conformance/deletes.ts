import { describe, expect, test } from "vitest";
import { newId } from "../../ids.ts";
import { buildInsert, buildPrompt } from "../build-job.ts";
import type { StoreFixture } from "../store-conformance.ts";

export function describeDeletes(fixture: StoreFixture): void {
  describe("delete", () => {
    test("removes the job with its prompts and its history, and returns what it was", async () => {
      const { jobs, prompts } = fixture.store;
      const insert = buildInsert();
      await jobs.insert(insert);
      const prompt = buildPrompt(insert.id);
      await prompts.open(prompt, ["pending"]);
      const outcome = await jobs.delete(insert.id, ["pending_hitl"]);
      expect(outcome).toMatchObject({ kind: "applied", job: { id: insert.id, status: "pending_hitl" } });
      expect(await jobs.find(insert.id)).toBeUndefined();
      expect(await prompts.find(prompt.id)).toBeUndefined();
      expect(await prompts.openOf(insert.id)).toEqual([]);
      expect(await prompts.inbox({}, 10)).toEqual([]);
      expect(await jobs.events(insert.id, 0, 10)).toEqual([]);
    });

    test("leaves other jobs alone", async () => {
      const { jobs } = fixture.store;
      const [gone, kept] = [buildInsert(), buildInsert()];
      await Promise.all([jobs.insert(gone), jobs.insert(kept)]);
      await jobs.delete(gone.id, ["pending"]);
      expect((await jobs.list({}, 10)).map(({ id }) => id)).toEqual([kept.id]);
      expect(await jobs.events(kept.id, 0, 10)).toHaveLength(1);
    });

    test("is refused with the job as it stands when the status is not allowed", async () => {
      const { jobs } = fixture.store;
      const insert = buildInsert();
      await jobs.insert(insert);
      expect(await jobs.delete(insert.id, ["failed"])).toEqual({ kind: "refused", current: await jobs.find(insert.id) });
    });

    test("of an absent job is refused with nothing", async () => {
      expect(await fixture.store.jobs.delete(newId(), ["pending"])).toEqual({ kind: "refused", current: undefined });
    });

    test("of 20 concurrent deletes exactly one is applied", async () => {
      const { jobs } = fixture.store;
      const insert = buildInsert();
      await jobs.insert(insert);
      const outcomes = await Promise.all(Array.from({ length: 20 }, () => jobs.delete(insert.id, ["pending"])));
      expect(outcomes.filter(({ kind }) => kind === "applied")).toHaveLength(1);
    });

    test("an id is free again once its job is deleted, with a history of its own", async () => {
      const { jobs } = fixture.store;
      const insert = buildInsert();
      await jobs.insert(insert);
      await jobs.delete(insert.id, ["pending"]);
      expect(await jobs.insert({ ...insert, type: "other" })).toMatchObject({ kind: "inserted", job: { type: "other", version: 1 } });
      expect(await jobs.events(insert.id, 0, 10)).toHaveLength(1);
    });
  });
}
