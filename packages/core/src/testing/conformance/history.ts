import { describe, expect, test } from "vitest";
import type { Actor } from "../../actor.ts";
import { newId } from "../../ids.ts";
import { buildChange, buildInsert, buildPrompt, buildResponse } from "../build-job.ts";
import type { StoreFixture } from "../store-conformance.ts";

const ada: Actor = { id: "ada", via: "api" };

export function describeHistory(fixture: StoreFixture): void {
  describe("events", () => {
    test("a job has exactly one event for every version, with who did it and when", async () => {
      const { store, clock } = fixture;
      const insert = buildInsert({ actor: ada });
      const createdAt = new Date(clock.nowMs());
      await store.jobs.insert(insert);
      clock.advance(10);
      const started = { kind: "started", data: { status: "running" }, actor: { id: "bob", via: "cli" } } as const;
      await store.jobs.update(insert.id, buildChange({ status: "running" }, { event: started }));
      expect(await store.jobs.events(insert.id, 0, 10)).toEqual([
        { jobId: insert.id, version: 1, kind: "created", data: {}, actor: "ada", via: "api", at: createdAt },
        {
          jobId: insert.id,
          version: 2,
          kind: "started",
          data: { status: "running" },
          actor: "bob",
          via: "cli",
          at: new Date(clock.nowMs()),
        },
      ]);
    });

    test("a status that the job has already is told as an update", async () => {
      const { jobs } = fixture.store;
      const insert = buildInsert();
      await jobs.insert(insert);
      const started = { kind: "started", data: {}, actor: ada } as const;
      await jobs.update(insert.id, buildChange({ status: "running" }, { event: started }));
      await jobs.update(insert.id, buildChange({ status: "running", progressPercent: 1 }, { event: started }));
      expect((await jobs.events(insert.id, 0, 10)).map(({ kind }) => kind)).toEqual(["created", "started", "updated"]);
    });

    test("prompts and responses are part of the history", async () => {
      const { jobs, prompts } = fixture.store;
      const insert = buildInsert();
      await jobs.insert(insert);
      const prompt = buildPrompt(insert.id, { actor: ada });
      await prompts.open(prompt, ["pending"]);
      await prompts.respond(buildResponse(prompt, 1, { actor: { id: "eve", via: "cli" } }));
      expect(await jobs.events(insert.id, 1, 10)).toMatchObject([
        { version: 2, kind: "prompt_opened", data: { promptId: prompt.id, type: "question" }, actor: "ada" },
        { version: 3, kind: "prompt_answered", data: { promptId: prompt.id, digest: prompt.digest }, actor: "eve", via: "cli" },
      ]);
    });

    test("a refused write leaves no event", async () => {
      const { jobs } = fixture.store;
      const insert = buildInsert();
      await jobs.insert(insert);
      await jobs.update(insert.id, buildChange({ status: "running" }, { allowedFrom: ["failed"] }));
      await jobs.insert(insert);
      expect(await jobs.events(insert.id, 0, 10)).toHaveLength(1);
    });

    test("pages by version, oldest first", async () => {
      const { jobs } = fixture.store;
      const insert = buildInsert();
      await jobs.insert(insert);
      for (let percent = 1; percent <= 6; percent += 1) await jobs.update(insert.id, buildChange({ progressPercent: percent }));
      const versions = async (after: number, limit: number) => (await jobs.events(insert.id, after, limit)).map(({ version }) => version);
      expect(await versions(0, 3)).toEqual([1, 2, 3]);
      expect(await versions(3, 3)).toEqual([4, 5, 6]);
      expect(await versions(6, 3)).toEqual([7]);
      expect(await versions(7, 3)).toEqual([]);
      expect(await versions(Number.MAX_SAFE_INTEGER, 3)).toEqual([]);
    });

    test("an absent job has none", async () => {
      expect(await fixture.store.jobs.events(newId(), 0, 10)).toEqual([]);
    });
  });
}
