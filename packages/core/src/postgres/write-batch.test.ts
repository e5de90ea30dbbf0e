import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { FleetError } from "../errors.ts";
import { Deferred } from "../testing/deferred.ts";
import { WriteBatch, type WriteBatchOptions } from "./write-batch.ts";

interface Item {
  readonly key: string;
  readonly value: number;
}

const item = (value: number, key = `key ${value}`): Item => ({ key, value });
const lost = new FleetError("STORE_UNAVAILABLE", "connection lost");

/** A batch that notes its statements and answers every item with its value. */
function openBatch(overrides: Partial<WriteBatchOptions<Item, number>> = {}) {
  const statements: number[][] = [];
  const batch = new WriteBatch<Item, number>({
    keyOf: ({ key }) => key,
    flush: async (items) => {
      statements.push(items.map(({ value }) => value));
      return items.map(({ value }) => value);
    },
    settle: async (items) => items.map(() => undefined),
    maxInFlight: 1,
    ...overrides,
  });
  const addAll = (items: Item[]) => Promise.allSettled(items.map((each) => batch.add(each)));
  return { batch, addAll, statements };
}

const valuesOf = (results: PromiseSettledResult<number>[]) =>
  results.map((result) => (result.status === "fulfilled" ? result.value : result.reason));

describe("a batch", () => {
  test("sends what is written in one turn in one statement", async () => {
    const { addAll, statements } = openBatch();
    expect(valuesOf(await addAll([item(1), item(2), item(3)]))).toEqual([1, 2, 3]);
    expect(statements).toEqual([[1, 2, 3]]);
  });

  test("sends what needs another statement in one of its own, and lets nothing overtake that was written to the same before", async () => {
    const { addAll, statements } = openBatch({ statementOf: ({ value }) => value % 2 });
    expect(valuesOf(await addAll([item(1), item(2, "a"), item(3), item(5, "a"), item(4)]))).toEqual([1, 2, 3, 5, 4]);
    expect(statements).toEqual([[1, 3], [2, 4], [5]]);
  });

  test("shares many items out among the statements that may be under way", async () => {
    const { addAll, statements } = openBatch({ maxInFlight: 2, shareFrom: 5 });
    await addAll([1, 2, 3, 4].map((value) => item(value)));
    await addAll([1, 2, 3, 4, 5].map((value) => item(value)));
    expect(statements).toEqual([
      [1, 2, 3, 4],
      [1, 2, 3],
      [4, 5],
    ]);
  });

  test("sends what arrives while a statement is under way in the next one", async () => {
    const first = new Deferred<number[]>();
    const statements: number[][] = [];
    const { batch } = openBatch({
      flush: async (items) => {
        statements.push(items.map(({ value }) => value));
        return statements.length === 1 ? first.promise : items.map(({ value }) => value);
      },
    });
    const one = batch.add(item(1));
    await new Promise(setImmediate);
    const rest = [batch.add(item(2)), batch.add(item(3))];
    await new Promise(setImmediate);
    expect(statements).toEqual([[1]]);
    first.resolve([1]);
    expect(await Promise.all([one, ...rest])).toEqual([1, 2, 3]);
    expect(statements).toEqual([[1], [2, 3]]);
  });

  test("carries no more rows than it may", async () => {
    const { addAll, statements } = openBatch({ maxRows: 2 });
    await addAll([item(1), item(2), item(3), item(4), item(5)]);
    expect(statements).toEqual([[1, 2], [3, 4], [5]]);
  });

  test("never carries two items of one key, and keeps their order", async () => {
    const { addAll, statements } = openBatch();
    await addAll([item(1, "a"), item(2, "a"), item(3, "b"), item(4, "a")]);
    expect(statements).toEqual([[1, 3], [2], [4]]);
  });

  test("keeps a key busy until an outcome that came back as a promise is there", async () => {
    const slow = new Deferred<number>();
    const statements: number[][] = [];
    const { batch } = openBatch({
      flush: async (items) => {
        statements.push(items.map(({ value }) => value));
        return items.map(({ value }) => (value === 1 ? slow.promise : value));
      },
      maxInFlight: 2,
    });
    const [one, two, other] = [batch.add(item(1, "a")), batch.add(item(2, "a")), batch.add(item(3, "b"))];
    expect(await other).toBe(3);
    await new Promise(setImmediate);
    expect(statements).toEqual([[1, 3]]);
    slow.resolve(1);
    expect(await Promise.all([one, two])).toEqual([1, 2]);
  });
});

describe("when a statement fails", () => {
  test("its items are tried one by one, so that a bad one fails alone", async () => {
    const bad = new FleetError("INVALID_INPUT", "bad");
    const { addAll } = openBatch({
      flush: async (items) => {
        if (items.some(({ value }) => value === 2)) throw bad;
        return items.map(({ value }) => value);
      },
    });
    expect(valuesOf(await addAll([item(1), item(2), item(3)]))).toEqual([1, bad, 3]);
  });

  test("because of a deadlock, which wrote nothing, its items are tried one by one", async () => {
    const deadlock = new FleetError("STORE_UNAVAILABLE", "lost a race", { cause: Object.assign(new Error(), { code: "40P01" }) });
    const { addAll } = openBatch({
      flush: async (items) => {
        if (items.length > 1) throw deadlock;
        return items.map(({ value }) => value);
      },
    });
    expect(valuesOf(await addAll([item(1), item(2)]))).toEqual([1, 2]);
  });

  test("because the connection was lost, the database is asked, and nothing is sent again", async () => {
    let statements = 0;
    const { addAll } = openBatch({
      flush: async () => {
        statements += 1;
        throw lost;
      },
      settle: async (items) => items.map(({ value }) => (value === 2 ? undefined : value * 10)),
    });
    expect(valuesOf(await addAll([item(1), item(2), item(3)]))).toEqual([10, lost, 30]);
    expect(statements).toBe(1);
  });

  test("and the database cannot be asked either, every caller is told that it was lost", async () => {
    const { addAll } = openBatch({ flush: () => Promise.reject(lost), settle: () => Promise.reject(new Error("still gone")) });
    expect(valuesOf(await addAll([item(1), item(2)]))).toEqual([lost, lost]);
  });

  test("later writes of the same keys go on", async () => {
    let failures = 1;
    const { batch } = openBatch({
      flush: async (items) => {
        if (failures > 0) {
          failures -= 1;
          throw lost;
        }
        return items.map(({ value }) => value);
      },
    });
    await expect(batch.add(item(1, "a"))).rejects.toBe(lost);
    expect(await batch.add(item(2, "a"))).toBe(2);
  });
});

test("however writes arrive and fail, everyone gets its own outcome, no statement has a key twice, and each key keeps its order", async () => {
  const plan = fc.array(
    fc.record({
      key: fc.constantFrom("a", "b", "c", "d"),
      fate: fc.constantFrom("good", "good", "good", "bad", "slow"),
      turn: fc.nat({ max: 4 }),
    }),
    { minLength: 1, maxLength: 40 },
  );
  const shape = fc.record({ maxInFlight: fc.integer({ min: 1, max: 3 }), maxRows: fc.integer({ min: 1, max: 8 }) });
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), plan, shape, async (scheduler, writes, { maxInFlight, maxRows }) => {
      const written: Item[] = [];
      const inFlight = new Set<string>();
      let statements = 0;
      // Collected, because the batch would take an error of its flush for one of the database.
      const broken = new Set<string>();
      const batch = new WriteBatch<Item, number>({
        keyOf: ({ key }) => key,
        maxInFlight,
        maxRows,
        settle: async (items) => items.map(() => undefined),
        flush: async (items) => {
          const keys = items.map(({ key }) => key);
          statements += 1;
          if (new Set(keys).size < keys.length) broken.add("two items of one key share a statement");
          if (items.length > maxRows) broken.add("a statement carries too many rows");
          if (keys.some((key) => inFlight.has(key))) broken.add("two statements have one key");
          if (statements > maxInFlight) broken.add("too many statements are under way");
          for (const key of keys) inFlight.add(key);
          await scheduler.schedule(Promise.resolve(), "statement");
          for (const key of keys) inFlight.delete(key);
          statements -= 1;
          if (items.some(({ value }) => writes[value]?.fate === "bad")) throw new FleetError("INVALID_INPUT", "bad");
          written.push(...items);
          return items.map(({ value }) =>
            writes[value]?.fate === "slow" ? scheduler.schedule(Promise.resolve(value), "decision") : value,
          );
        },
      });
      const byTurn = writes.map((write, value) => ({ ...write, value })).toSorted((a, b) => a.turn - b.turn);
      const results = Promise.all(
        byTurn.map(async ({ key, value, turn, fate }) => {
          for (let waited = 0; waited < turn; waited += 1) await new Promise(setImmediate);
          const outcome = await batch.add({ key, value }).catch((error: FleetError) => error.code);
          expect(outcome).toBe(fate === "bad" ? "INVALID_INPUT" : value);
        }),
      );
      await scheduler.waitFor(results);
      expect([...broken]).toEqual([]);
      for (const key of ["a", "b", "c", "d"]) {
        const expected = byTurn.filter((write) => write.key === key && write.fate !== "bad").map(({ value }) => value);
        expect(written.filter((each) => each.key === key).map(({ value }) => value)).toEqual(expected);
      }
    }),
    { numRuns: 300 },
  );
});
