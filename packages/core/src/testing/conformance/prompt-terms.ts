import { describe, expect, test } from "vitest";
import { newId } from "../../ids.ts";
import type { OnExpire } from "../../prompts/prompt.ts";
import type { PromptInsert } from "../../prompts/prompt-repository.ts";
import { buildInsert, buildPrompt, buildResponse } from "../build-job.ts";
import type { StoreFixture } from "../store-conformance.ts";

const mayOpen = ["pending", "running", "pending_hitl"] as const;

export function describePromptTerms(fixture: StoreFixture): void {
  const insertJob = async () => {
    const insert = buildInsert();
    await fixture.store.jobs.insert(insert);
    return insert.id;
  };
  const open = (prompt: PromptInsert) => fixture.store.prompts.open(prompt, mayOpen);

  describe("the terms of a prompt", () => {
    test("are kept as they were given", async () => {
      const { store, clock } = fixture;
      const terms = {
        key: "language",
        assignee: "ada",
        dueAt: new Date(clock.nowMs() + 5),
        responseSchema: { type: "object", $defs: { "": { const: null } }, properties: { __proto__: {} } },
        digest: "d",
      };
      const prompt = buildPrompt(await insertJob(), { ...terms, expiresInMs: 1_500 });
      await open(prompt);
      expect(await store.prompts.find(prompt.id)).toMatchObject({ ...terms, revision: 1, expiresAt: new Date(clock.nowMs() + 1_500) });
    });

    test.each<OnExpire>(["fail", "resume", { response: null }, { response: { a: [1, "x"] } }])(
      "onExpire %j comes back",
      async (onExpire) => {
        const prompt = buildPrompt(await insertJob(), { onExpire, expiresInMs: 1 });
        await open(prompt);
        expect(await fixture.store.prompts.find(prompt.id)).toMatchObject({ onExpire });
      },
    );
  });

  test("the properties of a schema keep their order, in which they are asked", async () => {
    const { prompts } = fixture.store;
    const properties = { title: { type: "string" }, by: {}, pages: {} };
    const prompt = buildPrompt(await insertJob(), { responseSchema: { type: "object", properties } });
    await open(prompt);
    const kept = (await prompts.find(prompt.id))?.responseSchema?.["properties"];
    expect(JSON.stringify(kept)).toBe(JSON.stringify(properties));
  });

  describe("asking again", () => {
    test("with the key of an open prompt, or the id of any, finds it and changes nothing", async () => {
      const { jobs, prompts } = fixture.store;
      const jobId = await insertJob();
      const first = buildPrompt(jobId, { key: "a" });
      await open(first);
      const known = { kind: "known", prompt: await prompts.find(first.id) };
      expect(await open(buildPrompt(jobId, { key: "a" }))).toEqual(known);
      expect(await open({ ...first, key: null })).toEqual(known);
      expect(await jobs.find(jobId)).toMatchObject({ version: 2 });
      expect(await prompts.openOf(jobId)).toHaveLength(1);
    });

    test("with a key of another job, with another key, or with none opens another prompt", async () => {
      const [jobId, otherId] = [await insertJob(), await insertJob()];
      for (const prompt of [
        buildPrompt(jobId, { key: "a" }),
        buildPrompt(otherId, { key: "a" }),
        buildPrompt(jobId, { key: "b" }),
        buildPrompt(jobId),
        buildPrompt(jobId),
      ]) {
        expect(await open(prompt)).toMatchObject({ kind: "opened", prompt: { round: 1 } });
      }
    });

    test("after the answer opens the next round", async () => {
      const jobId = await insertJob();
      for (const round of [1, 2, 3]) {
        const prompt = buildPrompt(jobId, { key: "a" });
        expect(await open(prompt)).toMatchObject({ kind: "opened", prompt: { round } });
        await fixture.store.prompts.respond(buildResponse(prompt, round));
      }
    });

    test("20 times at once opens one", async () => {
      const { jobs, prompts } = fixture.store;
      const jobId = await insertJob();
      const outcomes = await Promise.all(Array.from({ length: 20 }, () => open(buildPrompt(jobId, { key: "a" }))));
      expect(outcomes.filter(({ kind }) => kind === "opened")).toHaveLength(1);
      expect(outcomes.filter(({ kind }) => kind === "known")).toHaveLength(19);
      expect(await prompts.openOf(jobId)).toHaveLength(1);
      expect(await jobs.find(jobId)).toMatchObject({ version: 2 });
    });

    test("with an id that has ended with its job finds it, whatever the job is now", async () => {
      const { prompts } = fixture.store;
      const prompt = buildPrompt(await insertJob());
      await open(prompt);
      await prompts.withdraw({ promptId: prompt.id, jobId: prompt.jobId, revision: 1, reason: null, actor: prompt.actor });
      expect(await prompts.open(prompt, [])).toMatchObject({ kind: "known", prompt: { status: "withdrawn" } });
    });
  });

  describe("the prompts of one type", () => {
    test("are found among the others", async () => {
      const { prompts } = fixture.store;
      const jobId = await insertJob();
      const [preview, other] = [buildPrompt(jobId, { type: "preview" }), buildPrompt(jobId)];
      for (const prompt of [preview, other]) {
        await open(prompt);
        fixture.clock.advance(1);
      }
      expect((await prompts.openOf(jobId, "preview")).map(({ id }) => id)).toEqual([preview.id]);
      expect(await prompts.latestOf(jobId, "preview")).toMatchObject({ id: preview.id });
      expect(await prompts.latestOf(jobId, "clarify")).toBeUndefined();
    });

    test("are found by the key of the response that won", async () => {
      const { prompts } = fixture.store;
      const jobId = await insertJob();
      const [first, second] = [buildPrompt(jobId), buildPrompt(jobId)];
      for (const [prompt, idempotencyKey] of [
        [first, "a"],
        [second, "b"],
      ] as const) {
        await open(prompt);
        await prompts.respond(buildResponse(prompt, true, { idempotencyKey }));
        fixture.clock.advance(1);
      }
      await open(buildPrompt(jobId));
      expect(await prompts.latestOf(jobId, first.type, "a")).toMatchObject({ id: first.id });
      expect(await prompts.latestOf(jobId, undefined, "b")).toMatchObject({ id: second.id });
      expect(await prompts.latestOf(jobId, "clarify", "a")).toBeUndefined();
      expect(await prompts.latestOf(await insertJob(), undefined, "a")).toBeUndefined();
    });
  });

  describe("the order of the inbox", () => {
    test("is what is due first, then what is oldest, and what is not due at all last; pages keep it", async () => {
      const { store, clock } = fixture;
      const at = (ms: number) => new Date(Date.UTC(2030, 0, 1) + ms);
      const jobId = await insertJob();
      const dues = [null, at(5), at(1), null, at(1)];
      const opened: string[] = [];
      for (const dueAt of dues) {
        const prompt = buildPrompt(jobId, { dueAt });
        opened.push(prompt.id);
        await open(prompt);
        clock.advance(1);
      }
      const expected = [2, 4, 1, 0, 3].map((index) => opened[index]);
      expect((await store.prompts.inbox({}, 10)).map(({ id }) => id)).toEqual(expected);
      const seen: string[] = [];
      for (let page = await store.prompts.inbox({}, 2); page.length > 0; page = await store.prompts.inbox({}, 2, page.at(-1))) {
        seen.push(...page.map(({ id }) => id));
      }
      expect(seen).toEqual(expected);
    });

    test("is filtered by job, assignee, and when it is due", async () => {
      const { prompts } = fixture.store;
      const jobId = await insertJob();
      const [ada, bob, other] = [
        buildPrompt(jobId, { assignee: "ada", dueAt: new Date(1_000) }),
        buildPrompt(jobId, { assignee: "bob" }),
        buildPrompt(await insertJob(), { assignee: "ada", dueAt: new Date(2_000) }),
      ];
      for (const prompt of [ada, bob, other]) await open(prompt);
      const idsOf = async (filter: object) => (await prompts.inbox(filter, 10)).map(({ id }) => id);
      expect(await idsOf({ jobId })).toEqual([ada.id, bob.id]);
      expect(await idsOf({ assignee: "ada" })).toEqual([ada.id, other.id]);
      expect(await idsOf({ dueBefore: new Date(2_000) })).toEqual([ada.id]);
      expect(await idsOf({ jobId: newId() })).toEqual([]);
    });
  });
}
