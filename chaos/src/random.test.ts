import { expect, test } from "vitest";
import { Random } from "./random.ts";

const draw = (random: Random) => Array.from({ length: 20 }, () => random.next());

test("one seed gives one series, and a fork is not moved by what others draw", () => {
  expect(draw(new Random(3))).toEqual(draw(new Random(3)));
  expect(draw(new Random(3))).not.toEqual(draw(new Random(4)));
  const [one, other] = [new Random(3), new Random(3)];
  const forks = [one.fork(), other.fork()];
  draw(one);
  expect(draw(forks[0] as Random)).toEqual(draw(forks[1] as Random));
});

test("weights say how often, ends are included, and a UUID is one", () => {
  const random = new Random(5);
  const words = Array.from({ length: 1_000 }, () => random.weighted({ often: 9, seldom: 1, never: 0 }));
  expect(words.filter((word) => word === "seldom").length).toBeGreaterThan(50);
  expect(words.filter((word) => word === "seldom").length).toBeLessThan(200);
  expect(words).not.toContain("never");
  expect(new Set(Array.from({ length: 100 }, () => random.between(1, 3)))).toEqual(new Set([1, 2, 3]));
  expect(random.uuid()).toMatch(/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
  expect(random.pick([])).toBeUndefined();
});
