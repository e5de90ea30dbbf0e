import { describe, expect, test } from "vitest";
import type { Actor } from "../../actor.ts";
import type { PromptInsert, Revision } from "../../prompts/prompt-repository.ts";
import { buildChange, buildInsert, buildPrompt, buildResponse } from "../build-job.ts";
import type { StoreFixture } from "../store-conformance.ts";

const ada: Actor = { id: "ada", via: "cli" };
const mayOpen = ["pending", "running", "pending_hitl"] as const;
const content = { title: "new", body: null, data: [1], responseSchema: { type: "object" } };

export function describePromptChanges(fixture: StoreFixture): void {
  const openPrompt = async (overrides: Partial<PromptInsert> = {}): Promise<PromptInsert> => {
    const insert = buildInsert();
    if (overrides.jobId === undefined) await fixture.store.jobs.insert(insert);
    const prompt = buildPrompt(overrides.jobId ?? insert.id, overrides);
    await fixture.store.prompts.open(prompt, mayOpen);
    return prompt;
  };
  const revise = ({ id, jobId }: PromptInsert, overrides: Partial<Revision> = {}) =>
    fixture.store.prompts.revise({
      promptId: id,
      jobId,
      revision: 1,
      actor: ada,
      content,
      digest: "new",
      assignee: "bob",
      dueAt: null,
      expiresInMs: undefined,
      onExpire: "resume",
      ...overrides,
    });
  const withdraw = ({ id, jobId }: PromptInsert, revision = 1) =>
    fixture.store.prompts.withdraw({ promptId: id, jobId, revision, reason: "solved", actor: ada });
  const lastEvent = async (jobId: string) => (await fixture.store.jobs.events(jobId, 0, 200)).at(-1);

  describe("revise", () => {
    test("changes what is shown and the terms, with an event, in one write", async () => {
      const { jobs, prompts } = fixture.store;
      const prompt = await openPrompt();
      const outcome = await revise(prompt);
      const revised = await prompts.find(prompt.id);
      expect(revised).toMatchObject({ ...content, digest: "new", assignee: "bob", onExpire: "resume", revision: 2, status: "open" });
      expect(outcome).toEqual({ kind: "applied", prompt: revised, job: await jobs.find(prompt.jobId) });
      expect(outcome).toMatchObject({ job: { status: "pending_hitl", version: 3 } });
      const data = { promptId: prompt.id, digest: "new" };
      expect(await lastEvent(prompt.jobId)).toMatchObject({ kind: "prompt_revised", data, actor: "ada", via: "cli" });
    });

    test("keeps the order of the properties of a schema", async () => {
      const prompt = await openPrompt();
      const responseSchema = { type: "object", properties: { title: {}, by: {}, pages: {} } };
      await revise(prompt, { content: { ...content, responseSchema } });
      expect(JSON.stringify((await fixture.store.prompts.find(prompt.id))?.responseSchema)).toBe(JSON.stringify(responseSchema));
    });

    test("leaves the deadline, counts it anew, or takes it away", async () => {
      const { store, clock } = fixture;
      const prompt = await openPrompt({ expiresInMs: 100 });
      const expiresAt = new Date(clock.nowMs() + 100);
      clock.advance(50);
      await revise(prompt);
      expect(await store.prompts.find(prompt.id)).toMatchObject({ expiresAt });
      await revise(prompt, { revision: 2, expiresInMs: 70 });
      expect(await store.prompts.find(prompt.id)).toMatchObject({ expiresAt: new Date(clock.nowMs() + 70) });
      await revise(prompt, { revision: 3, expiresInMs: null });
      expect(await store.prompts.find(prompt.id)).toMatchObject({ expiresAt: null });
    });

    test("of another revision is refused with the prompt as it is, and changes nothing", async () => {
      const { jobs, prompts } = fixture.store;
      const prompt = await openPrompt();
      await revise(prompt);
      expect(await revise(prompt, { digest: "late" })).toEqual({ kind: "refused", prompt: await prompts.find(prompt.id), overdue: false });
      expect(await jobs.find(prompt.jobId)).toMatchObject({ version: 3 });
    });

    test("of one revision by 20 at once happens once", async () => {
      const prompt = await openPrompt();
      const outcomes = await Promise.all(Array.from({ length: 20 }, (_, n) => revise(prompt, { digest: `d${n}` })));
      expect(outcomes.filter(({ kind }) => kind === "applied")).toHaveLength(1);
      expect(await fixture.store.prompts.find(prompt.id)).toMatchObject({ revision: 2 });
    });

    test("makes a response that was meant for the old revision refused", async () => {
      const { prompts } = fixture.store;
      const prompt = await openPrompt();
      await revise(prompt);
      expect(await prompts.respond(buildResponse(prompt, 1))).toMatchObject({ kind: "refused", prompt: { status: "open", revision: 2 } });
      expect(await prompts.respond(buildResponse(prompt, 1, { revision: 2 }))).toMatchObject({ kind: "accepted" });
    });
  });

  describe("withdraw", () => {
    test("closes the prompt with a reason, and its job runs on", async () => {
      const { store, clock } = fixture;
      const prompt = await openPrompt();
      const outcome = await withdraw(prompt);
      expect(outcome).toMatchObject({ kind: "applied", job: { status: "running", version: 3 } });
      const withdrawn = { status: "withdrawn", response: null, respondedBy: null, closedAt: new Date(clock.nowMs()) };
      expect(await store.prompts.find(prompt.id)).toMatchObject(withdrawn);
      const data = { promptId: prompt.id, reason: "solved" };
      expect(await lastEvent(prompt.jobId)).toMatchObject({ kind: "prompt_withdrawn", data, actor: "ada" });
    });

    test("lets a job wait while another prompt of it is open", async () => {
      const prompt = await openPrompt();
      await openPrompt({ jobId: prompt.jobId });
      expect(await withdraw(prompt)).toMatchObject({ kind: "applied", job: { status: "pending_hitl" } });
    });

    test("and respond at once: exactly one of them happens", async () => {
      const { prompts } = fixture.store;
      const opened = await Promise.all(Array.from({ length: 20 }, () => openPrompt()));
      for (const prompt of opened) {
        const [answered, withdrawn] = await Promise.all([prompts.respond(buildResponse(prompt, 1)), withdraw(prompt)]);
        expect([answered.kind, withdrawn.kind].toSorted()).toEqual(
          answered.kind === "accepted" ? ["accepted", "refused"] : ["applied", "refused"],
        );
        expect(await prompts.find(prompt.id)).toMatchObject({ status: answered.kind === "accepted" ? "answered" : "withdrawn" });
      }
    });

    test.each(["answered", "withdrawn", "closed"])("and revise of a prompt that is %s are refused", async (status) => {
      const { jobs, prompts } = fixture.store;
      const prompt = await openPrompt();
      if (status === "answered") await prompts.respond(buildResponse(prompt, 1));
      if (status === "withdrawn") await withdraw(prompt);
      if (status === "closed") await jobs.update(prompt.jobId, buildChange({ status: "cancelled" }));
      const settled = await prompts.find(prompt.id);
      expect(settled).toMatchObject({ status });
      const { version } = (await jobs.find(prompt.jobId)) ?? {};
      for (const outcome of [await withdraw(prompt), await revise(prompt)]) {
        expect(outcome).toEqual({ kind: "refused", prompt: settled, overdue: false });
      }
      expect(await jobs.find(prompt.jobId)).toMatchObject({ version });
    });
  });
}
