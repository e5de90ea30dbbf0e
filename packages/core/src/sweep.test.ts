import { describe, expect, test } from "vitest";
import { sweep } from "./sweep.ts";

/** Sweeps numbers, of which those end that `ends` says it of. */
async function sweepOf(left: number[], ends: (item: number) => Promise<boolean>, batchSize: number): Promise<number> {
  const end = async (item: number) => {
    const hasEnded = await ends(item);
    if (hasEnded) left.splice(left.indexOf(item), 1);
    return hasEnded;
  };
  return sweep(async (limit) => left.slice(0, limit), end, batchSize);
}

describe("a sweep", () => {
  test("ends all that is overdue, however many batches that are", async () => {
    const left = [1, 2, 3, 4, 5];
    expect(await sweepOf(left, async () => true, 2)).toBe(5);
    expect(left).toEqual([]);
  });

  test("counts what it has ended itself, and leaves to others what they are at", async () => {
    expect(await sweepOf([1, 2, 3, 4], async (item) => item % 2 === 0, 4)).toBe(2);
    expect(await sweepOf([1, 3, 2], async (item) => item % 2 === 0, 2)).toBe(0);
  });

  test("throws what failed once the others of its batch have settled", async () => {
    const left = [1, 2, 3];
    const ends = async (item: number) => {
      if (item === 1) throw new Error("away");
      await new Promise(setImmediate);
      return true;
    };
    await expect(sweepOf(left, ends, 3)).rejects.toThrow("away");
    expect(left).toEqual([1]);
  });
});
