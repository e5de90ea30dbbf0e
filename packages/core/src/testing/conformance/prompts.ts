import { describe, expect, test } from "vitest";
import { newId } from "../../ids.ts";
import { finalStatuses } from "../../jobs/job-status.ts";
import { buildChange, buildInsert, buildPrompt, buildResponse } from "../build-job.ts";
import type { StoreFixture } from "../store-conformance.ts";

const mayOpen = ["pending", "running", "pending_hitl"] as const;

export function describePrompts(fixture: StoreFixture): void {
  const insertJob = async () => {
    const insert = buildInsert({ userId: "ada", taskDescription: "write" });
    await fixture.store.jobs.insert(insert);
    return insert.id;
  };

  describe("prompts", () => {
    test("opening one moves its job to pending_hitl in the same write", async () => {
      const { store, clock } = fixture;
      const jobId = await insertJob();
      const prompt = buildPrompt(jobId, { type: "preview", title: "Look", body: "Is it right?", data: { draft: [1, null] } });
      const outcome = await store.prompts.open(prompt, mayOpen);
      const { actor: _, expiresInMs: __, ...asked } = prompt;
      const unanswered = { response: null, respondedBy: null, respondedVia: null, respondedAt: null, closedAt: null };
      const first = { round: 1, revision: 1, expiresAt: null };
      const expected = { ...asked, ...first, ...unanswered, status: "open", createdAt: new Date(clock.nowMs()) };
      expect(outcome).toMatchObject({
        kind: "opened",
        prompt: expected,
        job: { status: "pending_hitl", version: 2, startedAt: expected.createdAt },
      });
      expect(await store.prompts.find(prompt.id)).toEqual(expected);
      expect(outcome).toMatchObject({ job: await store.jobs.find(jobId) });
    });

    test("none opens on a job whose status is not allowed, and nothing changes", async () => {
      const { jobs, prompts } = fixture.store;
      for (const status of finalStatuses) {
        const jobId = await insertJob();
        await jobs.update(jobId, buildChange({ status, error: "x" }));
        const prompt = buildPrompt(jobId);
        expect(await prompts.open(prompt, mayOpen)).toEqual({ kind: "refused", current: await jobs.find(jobId) });
        expect(await prompts.find(prompt.id)).toBeUndefined();
        expect(await jobs.find(jobId)).toMatchObject({ status, version: 2 });
      }
    });

    test("none opens on a job that is absent", async () => {
      expect(await fixture.store.prompts.open(buildPrompt(newId()), mayOpen)).toEqual({ kind: "refused", current: undefined });
    });

    test("a job may have several, listed oldest first; the latest is found open or not", async () => {
      const { store, clock } = fixture;
      const jobId = await insertJob();
      const opened = [buildPrompt(jobId), buildPrompt(jobId), buildPrompt(jobId)];
      for (const prompt of opened) {
        await store.prompts.open(prompt, mayOpen);
        clock.advance(10);
      }
      const ids = opened.map(({ id }) => id);
      expect((await store.prompts.openOf(jobId)).map(({ id }) => id)).toEqual(ids);
      await store.jobs.update(jobId, buildChange({ status: "cancelled" }));
      expect(await store.prompts.openOf(jobId)).toEqual([]);
      expect(await store.prompts.latestOf(jobId)).toMatchObject({ id: ids[2], status: "closed" });
      expect(await store.prompts.latestOf(newId())).toBeUndefined();
    });

    test("ending a job closes its open prompts and leaves answered ones as they are", async () => {
      const { jobs, prompts } = fixture.store;
      for (const status of ["failed", "cancelled"] as const) {
        const jobId = await insertJob();
        const [answered, open] = [buildPrompt(jobId), buildPrompt(jobId)];
        await prompts.open(answered, mayOpen);
        await prompts.open(open, mayOpen);
        await prompts.respond(buildResponse(answered, "yes"));
        await jobs.update(jobId, buildChange({ status, error: "x" }));
        expect(await jobs.find(jobId)).toMatchObject({ status });
        expect(await prompts.find(open.id)).toMatchObject({ status: "closed", response: null, respondedBy: null });
        expect(await prompts.find(answered.id)).toMatchObject({ status: "answered", response: "yes" });
      }
    });

    test("progress of a waiting job changes neither its status nor its prompts", async () => {
      const { jobs, prompts } = fixture.store;
      const jobId = await insertJob();
      await prompts.open(buildPrompt(jobId), mayOpen);
      await jobs.update(jobId, buildChange({ progressPercent: 40 }));
      expect(await jobs.find(jobId)).toMatchObject({ status: "pending_hitl", progressPercent: 40 });
      expect(await prompts.openOf(jobId)).toHaveLength(1);
    });

    test("racing opens and ends leave no open prompt on a final job", async () => {
      const { jobs, prompts } = fixture.store;
      const ids = await Promise.all(Array.from({ length: 20 }, insertJob));
      await Promise.all(
        ids.flatMap((jobId) => [
          prompts.open(buildPrompt(jobId), mayOpen),
          jobs.update(jobId, buildChange({ status: "cancelled" })),
          prompts.open(buildPrompt(jobId), mayOpen),
        ]),
      );
      for (const jobId of ids) {
        expect(await jobs.find(jobId)).toMatchObject({ status: "cancelled" });
        expect(await prompts.openOf(jobId)).toEqual([]);
      }
    });
  });

  describe("inbox", () => {
    test("shows open prompts of all jobs, oldest first, with what is known of the job", async () => {
      const { store, clock } = fixture;
      const [first, second, done] = [buildPrompt(await insertJob()), buildPrompt(await insertJob()), buildPrompt(await insertJob())];
      for (const prompt of [first, second, done]) {
        await store.prompts.open(prompt, mayOpen);
        clock.advance(10);
      }
      await store.prompts.respond(buildResponse(done, 1));
      const inbox = await store.prompts.inbox({}, 10);
      expect(inbox.map(({ id }) => id)).toEqual([first.id, second.id]);
      expect(inbox[0]).toEqual({ ...(await store.prompts.find(first.id)), jobType: "report", userId: "ada", taskDescription: "write" });
    });

    test("filters by kind of prompt, type of job and user", async () => {
      const { jobs, prompts } = fixture.store;
      const other = buildInsert({ type: "import", userId: "bob" });
      await jobs.insert(other);
      const [a, b] = [buildPrompt(await insertJob(), { type: "clarify" }), buildPrompt(other.id)];
      await prompts.open(a, mayOpen);
      await prompts.open(b, mayOpen);
      const idsOf = async (filter: object) => (await prompts.inbox(filter, 10)).map(({ id }) => id);
      expect(await idsOf({ type: "clarify" })).toEqual([a.id]);
      expect(await idsOf({ jobType: "import" })).toEqual([b.id]);
      expect(await idsOf({ userId: "bob" })).toEqual([b.id]);
      expect(await idsOf({ userId: "bob", type: "clarify" })).toEqual([]);
    });

    test("pages through prompts of one and the same instant without losing or repeating any", async () => {
      const { prompts } = fixture.store;
      const opened = await Promise.all(Array.from({ length: 11 }, async () => buildPrompt(await insertJob())));
      await Promise.all(opened.map((prompt) => prompts.open(prompt, mayOpen)));
      const seen: string[] = [];
      for (let page = await prompts.inbox({}, 3); page.length > 0; page = await prompts.inbox({}, 3, page.at(-1))) {
        seen.push(...page.map(({ id }) => id));
      }
      expect(seen).toEqual(opened.map(({ id }) => id).toSorted());
    });
  });
}
