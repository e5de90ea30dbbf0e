import { describe, expect, test } from "vitest";
import { SeenVersions } from "./seen-versions.ts";

const above = Number.MAX_SAFE_INTEGER;

describe("the versions that a client has seen", () => {
  test("are the highest of each job, whatever the order", () => {
    const seen = new SeenVersions();
    expect(seen.mark("a").minVersion).toBeUndefined();
    for (const version of [2, 5, 3]) seen.note({ id: "a", version });
    seen.note({ id: "b", version: 1 });
    expect([seen.mark("a").minVersion, seen.mark("A").minVersion, seen.mark("b").minVersion]).toEqual([5, 5, 1]);
  });

  test("are in doubt after a change of unknown version, until a read that was sent later", () => {
    const seen = new SeenVersions();
    seen.note({ id: "a", version: 1 });
    const before = seen.mark("a");
    seen.doubt("a");
    expect(seen.mark("a").minVersion).toBe(above);
    // It may have been answered before the change.
    seen.note({ id: "a", version: 1 }, before);
    expect(seen.mark("a").minVersion).toBe(above);
    const after = seen.mark("a");
    seen.note({ id: "a", version: 2 }, after);
    expect(seen.mark("a").minVersion).toBe(2);
  });

  test("of at most so many jobs are remembered: those that were seen last", () => {
    const seen = new SeenVersions(2);
    for (const id of ["a", "b", "a", "c"]) seen.note({ id, version: 1 });
    expect(["a", "b", "c"].map((id) => seen.mark(id).minVersion)).toEqual([1, undefined, 1]);
  });
});
