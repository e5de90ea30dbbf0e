import { describe, expect, test } from "vitest";
import type { Job } from "../../jobs/job.ts";
import { buildChange, buildPrompt, buildResponse } from "../build-job.ts";
import type { StoreFixture } from "../store-conformance.ts";
import { queueOf } from "./queue-of.ts";

export function describeAsks(fixture: StoreFixture): void {
  const { claim, idsOf, insert } = queueOf(fixture);

  describe("a job that waits for a person", () => {
    const answer = async (id: string) => {
      const [open] = await fixture.store.prompts.openOf(id);
      if (open === undefined) throw new Error("The job asks nothing.");
      return fixture.store.prompts.respond(buildResponse({ ...buildPrompt(id), id: open.id }, { ok: true }));
    };

    test("stands in no queue and in no lease, and goes back to the queue with its answer", async () => {
      const { leases, prompts } = fixture.store;
      const id = await insert();
      await claim();
      const asked = await prompts.ask({ jobId: id, run: 1, prompts: [buildPrompt(id, { key: "a" })] });
      expect(asked).toMatchObject({
        kind: "asked",
        prompts: [{ status: "open", key: "a" }],
        job: { status: "pending_hitl", workerId: null },
      });
      expect(await leases.leasesOf("w")).toEqual([]);
      expect(await claim({ workerId: "other" })).toEqual([]);
      const createdAt = (await fixture.store.jobs.find(id))?.createdAt;
      expect(await answer(id)).toMatchObject({ kind: "accepted", job: { status: "running", availableAt: createdAt, workerId: null } });
      expect(await claim()).toMatchObject([{ id, status: "running", run: 2, attempt: 1 }]);
      const kinds = (await fixture.store.jobs.events(id, 0, 10)).map(({ kind }) => kind);
      expect(kinds).toEqual(["created", "started", "prompt_opened", "prompt_answered", "resumed"]);
    });

    test("hears what it asked in a later run without another write, once everything has an outcome and the asker has the job", async () => {
      const { jobs, prompts } = fixture.store;
      const id = await insert();
      await claim();
      const [first, second] = [buildPrompt(id, { key: "a" }), buildPrompt(id, { key: "b" })];
      const outcomes = (run: number, ...keys: string[]) => prompts.findOutcomes({ jobId: id, run }, keys);
      await prompts.ask({ jobId: id, run: 1, prompts: [first] });
      expect(await outcomes(1, "a")).toBeUndefined();
      await answer(id);
      expect(await outcomes(2, "a")).toBeUndefined();
      await claim();
      const { version } = (await jobs.find(id)) as Job;
      expect(await outcomes(2, "a")).toEqual([await prompts.find(first.id)]);
      expect(await outcomes(1, "a")).toBeUndefined();
      expect(await outcomes(2, "a", "b")).toBeUndefined();
      expect(await jobs.find(id)).toMatchObject({ version, run: 2 });
      await prompts.ask({ jobId: id, run: 2, prompts: [first, second] });
      await answer(id);
      await claim();
      expect(await outcomes(3, "b", "a")).toEqual([await prompts.find(second.id), await prompts.find(first.id)]);
      await jobs.update(id, buildChange({ status: "cancelled" }));
      expect(await outcomes(3, "a")).toBeUndefined();
    });

    test("is kept for a second for the worker that asked, if that one lives", async () => {
      const { clock, store } = fixture;
      const id = await insert();
      await claim();
      await store.prompts.ask({ jobId: id, run: 1, prompts: [buildPrompt(id, { key: "a" })] });
      await answer(id);
      expect(await claim({ workerId: "other" })).toEqual([]);
      expect(await store.leases.untilAvailableMs(["report"], "other")).toBe(1_000);
      expect(await store.leases.untilAvailableMs(["report"], "w")).toBe(0);
      clock.advance(1_000);
      expect(await idsOf(claim({ workerId: "other" }))).toEqual([id]);
    });

    test("goes to anybody at once when the worker that asked has ended", async () => {
      const { leases, prompts } = fixture.store;
      const id = await insert();
      await claim();
      await prompts.ask({ jobId: id, run: 1, prompts: [buildPrompt(id, { key: "a" })] });
      await leases.forget("w");
      await answer(id);
      expect(await idsOf(claim({ workerId: "other" }))).toEqual([id]);
    });

    test("that nobody had claimed goes back to the queue all the same, and one that was moved by hand does not", async () => {
      const { jobs, prompts } = fixture.store;
      const [queued, byHand] = [await insert(), await insert()];
      await jobs.update(byHand, buildChange({ status: "running" }, { place: { in: "nowhere", byHand: true } }));
      for (const id of [queued, byHand]) await prompts.open(buildPrompt(id), ["pending", "running"]);
      expect(await claim()).toEqual([]);
      for (const id of [queued, byHand]) await answer(id);
      expect(await idsOf(claim())).toEqual([queued]);
    });

    test("opens no prompt by hand while a worker has the job", async () => {
      const { prompts } = fixture.store;
      const id = await insert();
      await claim();
      const opened = await prompts.open(buildPrompt(id), ["pending", "running", "pending_hitl"]);
      expect(opened).toMatchObject({ kind: "refused", current: { id, status: "running", workerId: "w" } });
      expect(await prompts.openOf(id)).toEqual([]);
    });
  });

  describe("ask", () => {
    const ask = (id: string, run: number, ...keys: string[]) =>
      fixture.store.prompts.ask({ jobId: id, run, prompts: keys.map((key) => buildPrompt(id, { key })) });
    const respond = (id: string, promptId: string) =>
      fixture.store.prompts.respond(buildResponse({ ...buildPrompt(id), id: promptId }, { ok: promptId }));
    const promptsOf = (outcome: Awaited<ReturnType<typeof ask>>) => (outcome.kind === "asked" ? outcome.prompts : []);

    test("by somebody who does not have the job changes nothing", async () => {
      const { jobs, prompts } = fixture.store;
      const id = await insert();
      expect(await ask(id, 0, "a")).toMatchObject({ kind: "lost" });
      await claim();
      for (const run of [0, 2]) expect(await ask(id, run, "a")).toMatchObject({ kind: "lost", current: { run: 1 } });
      expect(await prompts.openOf(id)).toEqual([]);
      expect(await jobs.find(id)).toMatchObject({ status: "running", version: 2 });
    });

    test("opens several together, answered in any order, and the job goes on after the last", async () => {
      const id = await insert();
      await claim();
      const [a, b] = promptsOf(await ask(id, 1, "a", "b"));
      expect(await respond(id, b?.id ?? "")).toMatchObject({ jobStatus: "pending_hitl" });
      expect(await claim()).toEqual([]);
      expect(await respond(id, a?.id ?? "")).toMatchObject({ jobStatus: "running" });
      expect(await idsOf(claim())).toEqual([id]);
      const again = await ask(id, 2, "a", "b");
      expect(again).toMatchObject({
        prompts: [
          { id: a?.id, status: "answered" },
          { id: b?.id, status: "answered" },
        ],
        job: { workerId: "w", run: 2 },
      });
    });

    test("sent again because its reply was lost returns the same prompts, until somebody else has the job", async () => {
      const id = await insert();
      await claim();
      const [first] = promptsOf(await ask(id, 1, "a"));
      expect(promptsOf(await ask(id, 1, "a"))).toEqual([first]);
      await respond(id, first?.id ?? "");
      expect(promptsOf(await ask(id, 1, "a"))).toMatchObject([{ id: first?.id, status: "answered" }]);
      expect(await ask(id, 1, "a", "b")).toMatchObject({ kind: "lost" });
      await claim({ workerId: "w" });
      expect(await ask(id, 1, "a")).toMatchObject({ kind: "lost" });
    });

    test("asks anew what the end of the job had closed, as another round", async () => {
      const { jobs } = fixture.store;
      const id = await insert();
      await claim();
      const [first] = promptsOf(await ask(id, 1, "a"));
      await jobs.update(id, buildChange({ status: "cancelled" }, { place: { in: "nowhere" } }));
      await jobs.update(
        id,
        buildChange({ status: "pending" }, { allowedFrom: ["cancelled"], newAttempt: true, place: { in: "queue", delayMs: 0 } }),
      );
      await claim();
      const [second] = promptsOf(await ask(id, 2, "a"));
      expect([first?.round, second?.round, second?.status]).toEqual([1, 2, "open"]);
      expect(second?.id).not.toBe(first?.id);
    });
  });
}
