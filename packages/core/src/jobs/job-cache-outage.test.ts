import { describe, expect, test } from "vitest";
import { FleetError } from "../errors.ts";
import { buildJob } from "../testing/build-job.ts";
import { cachedId as id, openCache } from "../testing/cache-under-test.ts";
import { Deferred } from "../testing/deferred.ts";
import type { Job } from "./job.ts";

const unavailable = new FleetError("STORE_UNAVAILABLE", "gone");
const v1 = buildJob({ id });
const v2 = buildJob({ id, version: 2 });
const v3 = buildJob({ id, version: 3 });

describe("while the feed is down", () => {
  test("nothing is served from memory", async () => {
    const { changes, read } = openCache();
    await read(v1);
    changes.cut();
    expect(await read(v2)).toEqual({ job: v2, loads: 1 });
    expect(await read(v3)).toEqual({ job: v3, loads: 1 });
  });

  test("copies are made, and they are gone when it returns", async () => {
    const { changes, memory, read } = openCache();
    changes.cut();
    await read(v1);
    expect(memory.size).toBe(1);
    changes.restore();
    expect(memory.size).toBe(0);
    expect(await read(v2)).toEqual({ job: v2, loads: 1 });
  });

  test("a load that began then is not kept when it ends after the return", async () => {
    const { cache, changes, memory } = openCache();
    changes.cut();
    const slow = new Deferred<Job>();
    const reading = cache.read(id, 0, () => slow.promise);
    changes.restore();
    slow.resolve(v1);
    await reading;
    expect(memory.size).toBe(0);
  });
});

describe("with the database unreachable", () => {
  const failing = () => Promise.reject(unavailable);

  test("an old copy is better than none, and says that it is stale", async () => {
    const { cache, changes, read } = openCache();
    await read(v1);
    changes.cut();
    expect(await cache.read(id, 0, failing)).toEqual({ ...v1, stale: true });
    expect(await cache.read(id, 9, failing)).toEqual({ ...v1, stale: true });
  });

  test("a current copy is not stale", async () => {
    const { cache, read } = openCache();
    await read(v1);
    expect(await cache.read(id, 0, failing)).toBe(v1);
  });

  test("a stale copy does not become a current one", async () => {
    const { cache, changes, memory, read } = openCache();
    await read(v1);
    changes.cut();
    await cache.read(id, 0, failing);
    expect(memory.get(id)).toBe(v1);
  });

  test("without a copy the failure is the caller's", async () => {
    const { cache } = openCache();
    await expect(cache.read(id, 0, failing)).rejects.toBe(unavailable);
  });

  test("another failure than that is never covered up by a copy", async () => {
    const { cache, changes, read } = openCache();
    await read(v1);
    changes.cut();
    const fault = new FleetError("INTERNAL", "bug");
    await expect(cache.read(id, 0, () => Promise.reject(fault))).rejects.toBe(fault);
  });
});
