import { describe, expect, test } from "vitest";
import type { Actor } from "../../actor.ts";
import { newId } from "../../ids.ts";
import type { PromptInsert, Response } from "../../prompts/prompt-repository.ts";
import { buildChange, buildInsert, buildPrompt, buildResponse } from "../build-job.ts";
import type { StoreFixture } from "../store-conformance.ts";

const ada: Actor = { id: "ada", via: "api" };
const mayOpen = ["pending", "running", "pending_hitl"] as const;

export function describeResponses(fixture: StoreFixture): void {
  const openPrompt = async (jobId?: string): Promise<PromptInsert> => {
    const insert = buildInsert();
    if (jobId === undefined) await fixture.store.jobs.insert(insert);
    const prompt = buildPrompt(jobId ?? insert.id);
    await fixture.store.prompts.open(prompt, mayOpen);
    return prompt;
  };
  const answer = (prompt: PromptInsert, overrides: Partial<Response> = {}) =>
    fixture.store.prompts.respond(buildResponse(prompt, { ok: true }, { actor: ada, ...overrides }));

  describe("respond", () => {
    test("an answer is kept with who gave it, and its job runs on in the same write", async () => {
      const { store, clock } = fixture;
      const prompt = await openPrompt();
      clock.advance(1_000);
      const outcome = await answer(prompt);
      expect(outcome).toMatchObject({ kind: "accepted", jobStatus: "running", job: { status: "running", version: 3 } });
      expect(outcome).toMatchObject({ job: await store.jobs.find(prompt.jobId) });
      const respondedAt = new Date(clock.nowMs());
      const kept = { status: "answered", response: { ok: true }, respondedBy: "ada", respondedVia: "api", respondedAt };
      expect(await store.prompts.find(prompt.id)).toMatchObject(kept);
    });

    test("an answer keeps the instant at which the job first left pending", async () => {
      const { store, clock } = fixture;
      const prompt = await openPrompt();
      const startedAt = new Date(clock.nowMs());
      clock.advance(1_000);
      await answer(prompt);
      expect(await store.jobs.find(prompt.jobId)).toMatchObject({ startedAt });
    });

    test("a later answer is refused with the winner", async () => {
      const { prompts } = fixture.store;
      const prompt = await openPrompt();
      await answer(prompt);
      const late = await answer(prompt, { value: { ok: false }, actor: { id: "bob", via: "cli" } });
      expect(late).toEqual({ kind: "refused", prompt: await prompts.find(prompt.id), overdue: false });
      expect(late).toMatchObject({ prompt: { response: { ok: true }, respondedBy: "ada" } });
    });

    test("the winning answer, sent again under its key, is replayed with the status and the version that it made", async () => {
      const { jobs } = fixture.store;
      const prompt = await openPrompt();
      await answer(prompt, { idempotencyKey: "k" });
      await jobs.update(prompt.jobId, buildChange({ status: "completed", result: null }));
      expect(await answer(prompt, { idempotencyKey: "k" })).toEqual({ kind: "replayed", jobStatus: "running", jobVersion: 3 });
      expect(await jobs.events(prompt.jobId, 0, 10)).toHaveLength(4);
    });

    test("another answer under the winner's key, or the same without it, is refused", async () => {
      const prompt = await openPrompt();
      await answer(prompt, { idempotencyKey: "k" });
      expect(await answer(prompt, { idempotencyKey: "k", value: { ok: 1 } })).toMatchObject({ kind: "refused" });
      expect(await answer(prompt, { idempotencyKey: "other" })).toMatchObject({ kind: "refused" });
      expect(await answer(prompt)).toMatchObject({ kind: "refused" });
    });

    test("the same answer without any key is refused the second time", async () => {
      const prompt = await openPrompt();
      await answer(prompt);
      expect(await answer(prompt)).toMatchObject({ kind: "refused" });
    });

    test("keys in another order are the same answer", async () => {
      const prompt = await openPrompt();
      await answer(prompt, { idempotencyKey: "k", value: { bb: 1, a: { d: 1, c: 2 } } });
      expect(await answer(prompt, { idempotencyKey: "k", value: { a: { c: 2, d: 1 }, bb: 1 } })).toMatchObject({ kind: "replayed" });
    });

    test("zero is the same answer whatever its sign, which JSON does not keep", async () => {
      const prompt = await openPrompt();
      await answer(prompt, { idempotencyKey: "k", value: { a: -0 } });
      for (const a of [0, -0]) expect(await answer(prompt, { idempotencyKey: "k", value: { a } })).toMatchObject({ kind: "replayed" });
    });

    test("null, false, zero and the empty string are answers", async () => {
      for (const value of [null, false, 0, ""]) {
        const prompt = await openPrompt();
        expect(await answer(prompt, { value, idempotencyKey: "k" })).toMatchObject({ kind: "accepted" });
        expect(await fixture.store.prompts.find(prompt.id)).toMatchObject({ status: "answered", response: value });
        expect(await answer(prompt, { value, idempotencyKey: "k" })).toMatchObject({ kind: "replayed" });
      }
    });

    test("of 50 concurrent answers exactly one wins, and every other one is told the winner", async () => {
      const { jobs, prompts } = fixture.store;
      const prompt = await openPrompt();
      const outcomes = await Promise.all(Array.from({ length: 50 }, (_, value) => answer(prompt, { value, idempotencyKey: `k${value}` })));
      expect(outcomes.filter(({ kind }) => kind === "accepted")).toHaveLength(1);
      const winner = await prompts.find(prompt.id);
      expect(winner?.response).toBe(outcomes.findIndex(({ kind }) => kind === "accepted"));
      const refused = outcomes.filter((outcome) => outcome.kind === "refused");
      expect(refused).toHaveLength(49);
      for (const outcome of refused) expect(outcome.prompt).toEqual(winner);
      expect(await jobs.find(prompt.jobId)).toMatchObject({ status: "running", version: 3 });
    });

    test("of 50 concurrent sendings of one answer one is accepted and the rest are replayed", async () => {
      const prompt = await openPrompt();
      const outcomes = await Promise.all(Array.from({ length: 50 }, () => answer(prompt, { idempotencyKey: "same" })));
      expect(outcomes.filter(({ kind }) => kind === "accepted")).toHaveLength(1);
      expect(outcomes.filter(({ kind }) => kind === "replayed")).toHaveLength(49);
    });

    test("a job waits until the last of its prompts is answered", async () => {
      const { jobs } = fixture.store;
      const first = await openPrompt();
      const [second, third] = [await openPrompt(first.jobId), await openPrompt(first.jobId)];
      expect(await answer(second, { idempotencyKey: "k" })).toMatchObject({ kind: "accepted", jobStatus: "pending_hitl" });
      expect(await answer(first)).toMatchObject({ jobStatus: "pending_hitl", job: { status: "pending_hitl" } });
      expect(await answer(third)).toMatchObject({ jobStatus: "running", job: { status: "running" } });
      expect(await jobs.find(first.jobId)).toMatchObject({ status: "running" });
      expect(await answer(second, { idempotencyKey: "k" })).toEqual({ kind: "replayed", jobStatus: "pending_hitl", jobVersion: 5 });
    });

    test("concurrent answers to all prompts of a job make it run exactly once", async () => {
      const first = await openPrompt();
      const prompts = [first, ...(await Promise.all(Array.from({ length: 9 }, () => openPrompt(first.jobId))))];
      const outcomes = await Promise.all(prompts.map((prompt) => answer(prompt)));
      expect(outcomes.filter((outcome) => outcome.kind === "accepted" && outcome.jobStatus === "running")).toHaveLength(1);
      expect(await fixture.store.jobs.find(first.jobId)).toMatchObject({ status: "running" });
    });

    test("a prompt that its job's end closed refuses every answer", async () => {
      const { jobs } = fixture.store;
      const prompt = await openPrompt();
      await jobs.update(prompt.jobId, buildChange({ status: "failed", error: "x" }));
      expect(await answer(prompt, { idempotencyKey: "k" })).toMatchObject({ kind: "refused", prompt: { status: "closed" } });
      expect(await jobs.find(prompt.jobId)).toMatchObject({ status: "failed", version: 3 });
    });

    test("a prompt that is absent refuses with nothing", async () => {
      const { jobId } = await openPrompt();
      expect(await answer(buildPrompt(jobId, { id: newId() }))).toEqual({ kind: "refused", prompt: undefined, overdue: false });
    });
  });
}
