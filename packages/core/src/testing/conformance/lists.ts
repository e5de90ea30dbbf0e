import { describe, expect, test } from "vitest";
import type { Job, JobFilter } from "../../jobs/job.ts";
import type { JobInsert } from "../../jobs/job-repository.ts";
import { buildChange, buildInsert } from "../build-job.ts";
import type { StoreFixture } from "../store-conformance.ts";

export function describeLists(fixture: StoreFixture): void {
  /** Inserts jobs a second apart and returns their ids, oldest first. */
  const insertInOrder = async (overrides: Partial<JobInsert>[]) => {
    const ids: string[] = [];
    for (const each of overrides) {
      const insert = buildInsert(each);
      await fixture.store.jobs.insert(insert);
      ids.push(insert.id);
      fixture.clock.advance(1_000);
    }
    return ids;
  };
  const listIds = async (filter: JobFilter) => (await fixture.store.jobs.list(filter, 100)).map(({ id }) => id);

  describe("list", () => {
    test("runs newest first", async () => {
      const ids = await insertInOrder([{}, {}, {}]);
      expect(await listIds({})).toEqual(ids.toReversed());
    });

    test("returns at most the limit", async () => {
      const ids = await insertInOrder([{}, {}, {}]);
      const page = await fixture.store.jobs.list({}, 2);
      expect(page.map(({ id }) => id)).toEqual([ids[2], ids[1]]);
    });

    test("pages through jobs of one and the same instant without losing or repeating any", async () => {
      const { jobs } = fixture.store;
      const ids = Array.from({ length: 25 }, () => buildInsert()).map((insert) => insert);
      await Promise.all(ids.map((insert) => jobs.insert(insert)));
      const seen: string[] = [];
      let last: Job | undefined;
      do {
        const page: Job[] = await jobs.list({}, 4, last);
        seen.push(...page.map(({ id }) => id));
        last = page.at(-1);
      } while (last !== undefined);
      expect(seen).toHaveLength(25);
      expect(seen.toSorted()).toEqual(ids.map(({ id }) => id).toSorted());
    });

    test("a page is the same although newer jobs arrive and older ones change", async () => {
      const { jobs } = fixture.store;
      const [oldest = ""] = await insertInOrder([{}, {}, {}]);
      const [first] = await jobs.list({}, 1);
      await insertInOrder([{}]);
      await jobs.update(oldest, buildChange({ status: "running" }));
      expect((await jobs.list({}, 10, first)).map(({ id }) => id).at(-1)).toBe(oldest);
      expect(await jobs.list({}, 10, first)).toHaveLength(2);
    });

    test("filters by type, user and tag", async () => {
      const [a, b, c] = await insertInOrder([
        { type: "report", userId: "ada", tags: ["x", "y"] },
        { type: "report", userId: "bob", tags: ["y"] },
        { type: "import", userId: "ada", tags: [] },
      ]);
      expect(await listIds({ type: "report" })).toEqual([b, a]);
      expect(await listIds({ userId: "ada" })).toEqual([c, a]);
      expect(await listIds({ tag: "y" })).toEqual([b, a]);
      expect(await listIds({ tag: "y", userId: "ada" })).toEqual([a]);
      expect(await listIds({ tag: "absent" })).toEqual([]);
    });

    test("filters by any of several statuses, and by none of them", async () => {
      const { jobs } = fixture.store;
      const [a = "", b = "", c = ""] = await insertInOrder([{}, {}, {}]);
      await jobs.update(b, buildChange({ status: "running" }));
      await jobs.update(c, buildChange({ status: "cancelled" }));
      expect(await listIds({ status: ["running", "pending"] })).toEqual([b, a]);
      expect(await listIds({ status: ["cancelled"] })).toEqual([c]);
      expect(await listIds({ status: [] })).toEqual([]);
    });

    test("includes the instant of createdAfter and excludes that of createdBefore", async () => {
      const { jobs } = fixture.store;
      const [a = "", b = "", c = ""] = await insertInOrder([{}, {}, {}]);
      const middle = (await jobs.find(b))?.createdAt;
      expect(await listIds({ createdAfter: middle })).toEqual([c, b]);
      expect(await listIds({ createdBefore: middle })).toEqual([a]);
    });

    test("a tag with commas, quotes, braces or backslashes is found by exactly that tag", async () => {
      const odd = ["a,b", 'say "hi"', "{x}", "back\\slash", "", "NULL", " padded ", "'; drop table jobs; --"];
      const [id] = await insertInOrder([{ tags: odd }]);
      expect((await fixture.store.jobs.find(id as string))?.tags).toEqual(odd);
      for (const tag of odd) expect(await listIds({ tag })).toEqual([id]);
      expect(await listIds({ tag: "a" })).toEqual([]);
    });

    test("text that looks like SQL is only text", async () => {
      const text = "x' or '1'='1";
      const [id] = await insertInOrder([{ type: text, userId: text }, {}]);
      expect(await listIds({ type: text })).toEqual([id]);
      expect(await listIds({ userId: text })).toEqual([id]);
    });
  });
}
