import { describe, expect, test } from "vitest";
import type { StoreFixture } from "../store-conformance.ts";
import { queueOf } from "./queue-of.ts";

export function describeClaims(fixture: StoreFixture): void {
  const { claim, idsOf, insert, later } = queueOf(fixture);

  describe("claim", () => {
    test("gives a pending job to one worker: it runs, in its first run, and its history says who has it", async () => {
      const { store } = fixture;
      const id = await insert();
      const [job] = await claim({ claim: 7 });
      expect(job).toMatchObject({ id, status: "running", run: 1, workerId: "w", attempt: 1, version: 2, availableAt: null });
      expect(await store.jobs.find(id)).toEqual(job);
      expect(await store.leases.leasesOf("w")).toEqual([{ jobId: id, run: 1, claim: 7 }]);
      expect((await store.jobs.events(id, 1, 10)).map(({ kind, data }) => [kind, data])).toEqual([
        ["started", { workerId: "w", run: 1, attempt: 1 }],
      ]);
      expect(await claim({ workerId: "other" })).toEqual([]);
    });

    test("takes the highest priority first, then what has been available longest", async () => {
      const { clock } = fixture;
      const low = await insert({ priority: -5 });
      const first = await insert();
      clock.advance(1);
      const second = await insert();
      const high = await insert({ priority: 5 });
      for (const id of [high, first, second, low]) expect(await idsOf(claim({ limit: 1 }))).toEqual([id]);
    });

    test("takes jobs of its types only, and at most as many as it wants", async () => {
      await insert({ type: "other" });
      const ids = [await insert(), await insert(), await insert()];
      const some = await idsOf(claim({ limit: 2 }));
      const rest = await idsOf(claim({ types: ["report", "unheard of"] }));
      expect([some.length, rest.length]).toEqual([2, 1]);
      expect([...some, ...rest].sort()).toEqual(ids.sort());
    });

    test("leaves a delayed job until its time, to the millisecond", async () => {
      const { clock, store } = fixture;
      const id = await insert({ runAt: later(5_000) });
      expect(await claim()).toEqual([]);
      expect(await store.leases.untilAvailableMs(["report"], "w")).toBe(5_000);
      clock.advance(4_999);
      expect(await claim()).toEqual([]);
      clock.advance(1);
      expect(await idsOf(claim())).toEqual([id]);
      expect(await store.leases.untilAvailableMs(["report"], "w")).toBeUndefined();
    });

    test("is not held up by delayed jobs of a higher priority", async () => {
      await insert({ priority: 5, runAt: later(60_000) });
      const id = await insert();
      expect(await idsOf(claim())).toEqual([id]);
    });

    test("of many at once gives each job to one worker", async () => {
      const ids = await Promise.all(Array.from({ length: 60 }, () => insert()));
      const batches = await Promise.all(Array.from({ length: 12 }, (_, n) => claim({ workerId: `w${n}`, limit: 10 })));
      const more = await claim({ limit: 60 });
      const claimed = [...batches.flat(), ...more].map(({ id }) => id);
      expect(claimed.toSorted()).toEqual(ids.toSorted());
    });
  });
}
