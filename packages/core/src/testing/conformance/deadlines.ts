import { describe, expect, test } from "vitest";
import { deadlineActor } from "../../actor.ts";
import { newId } from "../../ids.ts";
import type { OnExpire } from "../../prompts/prompt.ts";
import type { PromptInsert } from "../../prompts/prompt-repository.ts";
import { buildInsert, buildPrompt, buildResponse } from "../build-job.ts";
import type { StoreFixture } from "../store-conformance.ts";

const mayOpen = ["pending", "running", "pending_hitl"] as const;
const ttlMs = 100;

export function describeDeadlines(fixture: StoreFixture): void {
  const openPrompt = async (onExpire: OnExpire = "fail", overrides: Partial<PromptInsert> = {}): Promise<PromptInsert> => {
    const insert = buildInsert();
    if (overrides.jobId === undefined) await fixture.store.jobs.insert(insert);
    const prompt = buildPrompt(overrides.jobId ?? insert.id, { expiresInMs: ttlMs, onExpire, ...overrides });
    await fixture.store.prompts.open(prompt, mayOpen);
    return prompt;
  };
  const addressOf = ({ id, jobId }: PromptInsert) => ({ promptId: id, jobId });
  const expire = (prompt: PromptInsert) => fixture.store.prompts.expire(addressOf(prompt), deadlineActor);
  const kindsOf = async (jobId: string) => (await fixture.store.jobs.events(jobId, 0, 200)).map(({ kind }) => kind);

  describe("a deadline", () => {
    test("is not there a moment before it is, and is from then on", async () => {
      const { store, clock } = fixture;
      const prompt = await openPrompt();
      const idsOf = async () => [(await store.prompts.overdue(10)).length, (await store.prompts.inbox({}, 10)).length];
      clock.advance(ttlMs - 1);
      expect(await idsOf()).toEqual([0, 1]);
      expect(await expire(prompt)).toMatchObject({ kind: "refused", overdue: false, prompt: { status: "open" } });
      clock.advance(1);
      expect(await store.prompts.overdue(10)).toEqual([addressOf(prompt)]);
      expect(await idsOf()).toEqual([1, 0]);
    });

    test("refuses a response from then on, and nothing changes with it", async () => {
      const { store, clock } = fixture;
      const [early, late] = [await openPrompt(), await openPrompt()];
      clock.advance(ttlMs - 1);
      expect(await store.prompts.respond(buildResponse(early, 1))).toMatchObject({ kind: "accepted" });
      clock.advance(1);
      const refused = await store.prompts.respond(buildResponse(late, 1));
      expect(refused).toEqual({ kind: "refused", prompt: await store.prompts.find(late.id), overdue: true });
      expect(await store.prompts.find(late.id)).toMatchObject({ status: "open", response: null });
      expect(await store.jobs.find(late.jobId)).toMatchObject({ version: 2 });
    });

    test("that fails ends the job with a reason, closes its other prompts, and leaves an event of each", async () => {
      const { store, clock } = fixture;
      const prompt = await openPrompt("fail");
      const other = await openPrompt("fail", { jobId: prompt.jobId, expiresInMs: null });
      clock.advance(ttlMs);
      const outcome = await expire(prompt);
      const now = new Date(clock.nowMs());
      const error = expect.stringContaining(`prompt ${prompt.id} (question) before its deadline, ${now.toISOString()}`);
      expect(await store.jobs.find(prompt.jobId)).toMatchObject({ status: "failed", version: 5, error, completedAt: now, result: null });
      expect(outcome).toEqual({ kind: "applied", prompt: await store.prompts.find(prompt.id), job: await store.jobs.find(prompt.jobId) });
      expect(await store.prompts.find(prompt.id)).toMatchObject({ status: "expired", response: null, respondedBy: null, closedAt: now });
      expect(await store.prompts.find(other.id)).toMatchObject({ status: "closed" });
      expect((await store.jobs.events(prompt.jobId, 3, 10)).map(({ kind, data, actor, via }) => [kind, data, actor, via])).toEqual([
        ["prompt_expired", { promptId: prompt.id, onExpire: "fail" }, "deadline", "process"],
        ["failed", { error }, "deadline", "process"],
      ]);
    });

    test.each<[OnExpire, unknown]>([
      ["resume", null],
      [{ response: { action: "proceed" } }, { action: "proceed" }],
      [{ response: false }, false],
    ])("with onExpire %j lets the job run on, and nobody has answered", async (onExpire, response) => {
      const { store, clock } = fixture;
      const prompt = await openPrompt(onExpire);
      clock.advance(ttlMs);
      expect(await expire(prompt)).toMatchObject({ kind: "applied", job: { status: "running", version: 3, error: null } });
      const expired = { status: "expired", response, respondedBy: null, respondedVia: null, respondedAt: null };
      expect(await store.prompts.find(prompt.id)).toMatchObject(expired);
      const [event] = await store.jobs.events(prompt.jobId, 2, 10);
      expect(event).toMatchObject({ kind: "prompt_expired", data: { promptId: prompt.id, onExpire } });
    });

    test("of one prompt lets its job wait for the others", async () => {
      const { clock } = fixture;
      const prompt = await openPrompt("resume");
      await openPrompt("resume", { jobId: prompt.jobId, expiresInMs: null });
      clock.advance(ttlMs);
      expect(await expire(prompt)).toMatchObject({ kind: "applied", job: { status: "pending_hitl" } });
    });

    test("that 20 let happen at once happens once", async () => {
      const { clock } = fixture;
      const prompt = await openPrompt("fail");
      clock.advance(ttlMs);
      const outcomes = await Promise.all(Array.from({ length: 20 }, () => expire(prompt)));
      expect(outcomes.filter(({ kind }) => kind === "applied")).toHaveLength(1);
      expect(await kindsOf(prompt.jobId)).toEqual(["created", "prompt_opened", "prompt_expired", "failed"]);
    });

    test("does not happen to a prompt that was answered, closed or withdrawn in time", async () => {
      const { store, clock } = fixture;
      const [answered, withdrawn] = [await openPrompt(), await openPrompt()];
      await store.prompts.respond(buildResponse(answered, "in time"));
      await store.prompts.withdraw({ ...addressOf(withdrawn), revision: 1, reason: null, actor: withdrawn.actor });
      clock.advance(ttlMs * 2);
      expect(await store.prompts.overdue(10)).toEqual([]);
      for (const prompt of [answered, withdrawn]) expect(await expire(prompt)).toMatchObject({ kind: "refused", overdue: false });
      expect(await store.prompts.find(answered.id)).toMatchObject({ status: "answered", response: "in time" });
    });

    test("of a prompt that is absent does nothing", async () => {
      const prompt = buildPrompt(newId());
      expect(await expire(prompt)).toEqual({ kind: "refused", prompt: undefined, overdue: false });
    });

    test("is looked up most overdue first, so many at a time", async () => {
      const { store, clock } = fixture;
      const opened: PromptInsert[] = [];
      for (const expiresInMs of [30, 10, 20]) opened.push(await openPrompt("fail", { expiresInMs }));
      clock.advance(30);
      const expected = [1, 2, 0].map((index) => addressOf(opened[index] as PromptInsert));
      expect(await store.prompts.overdue(10)).toEqual(expected);
      expect(await store.prompts.overdue(2)).toEqual(expected.slice(0, 2));
    });
  });
}
