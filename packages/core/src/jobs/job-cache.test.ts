import { describe, expect, test } from "vitest";
import { goneVersion } from "../changes/change-feed.ts";
import { FleetError } from "../errors.ts";
import { buildJob } from "../testing/build-job.ts";
import { cachedId as id, openCache } from "../testing/cache-under-test.ts";
import { Deferred } from "../testing/deferred.ts";
import type { Job } from "./job.ts";

const unavailable = new FleetError("STORE_UNAVAILABLE", "gone");
const v1 = buildJob({ id });
const v2 = buildJob({ id, version: 2 });
const v3 = buildJob({ id, version: 3 });

describe("a read", () => {
  test("asks the database once, and is then served from memory", async () => {
    const { read } = openCache();
    expect(await read(v1)).toEqual({ job: v1, loads: 1 });
    expect(await read(v2)).toEqual({ job: v1, loads: 0 });
  });

  test("of a job that is not there keeps nothing", async () => {
    const { read } = openCache();
    expect(await read(undefined)).toEqual({ job: undefined, loads: 1 });
    expect(await read(v1)).toEqual({ job: v1, loads: 1 });
  });

  test("after a write is served what was written", async () => {
    const { read, write } = openCache();
    await write(v2);
    expect(await read(v3)).toEqual({ job: v2, loads: 0 });
  });

  test("that needs a higher version than memory has asks the database", async () => {
    const { read } = openCache();
    await read(v1);
    expect(await read(v2, 2)).toEqual({ job: v2, loads: 1 });
    expect(await read(v3, 2)).toEqual({ job: v2, loads: 0 });
  });

  test("asks the database again once the copy has been trusted for long enough", async () => {
    const { clock, read } = openCache({ trustMs: 1_000 });
    await read(v1);
    clock.advance(999);
    expect(await read(v2)).toEqual({ job: v1, loads: 0 });
    clock.advance(1);
    expect(await read(v2)).toEqual({ job: v2, loads: 1 });
  });

  test("never replaces a newer copy by an older one", async () => {
    const { memory, read, write } = openCache();
    await write(v3);
    expect(await read(v2, 4)).toEqual({ job: v2, loads: 1 });
    expect(memory.get(id)).toBe(v3);
  });

  test("that overlaps another read of the job shares its load", async () => {
    const { cache } = openCache();
    const load = new Deferred<Job>();
    let loads = 0;
    const reads = Array.from({ length: 10 }, () =>
      cache.read(id, 0, () => {
        loads += 1;
        return load.promise;
      }),
    );
    load.resolve(v1);
    expect(await Promise.all(reads)).toEqual(Array(10).fill(v1));
    expect(loads).toBe(1);
  });

  test("that needs a version does not share a load that may be older", async () => {
    const { cache } = openCache();
    const slow = new Deferred<Job>();
    const first = cache.read(id, 0, () => slow.promise);
    expect(await cache.read(id, 2, async () => v2)).toBe(v2);
    slow.resolve(v1);
    await first;
    expect(await cache.read(id, 0, async () => v3)).toBe(v2);
  });
});

describe("a notice", () => {
  test("drops a copy that is older, and leaves one that is not", async () => {
    const { changes, read } = openCache();
    await read(v2);
    changes.announce({ jobId: id, version: 2 });
    expect(await read(v3)).toEqual({ job: v2, loads: 0 });
    changes.announce({ jobId: id, version: 3 });
    expect(await read(v3)).toEqual({ job: v3, loads: 1 });
  });

  test("that a job is gone drops every copy", async () => {
    const { cache, memory, read } = openCache();
    await read(v3);
    cache.drop(id);
    expect(memory.get(id)).toBeUndefined();
    expect(await read(undefined)).toEqual({ job: undefined, loads: 1 });
  });

  test("that comes while a load is in flight keeps an older result out of memory, and others from sharing it", async () => {
    const { cache, changes, memory } = openCache();
    const slow = new Deferred<Job>();
    const early = cache.read(id, 0, () => slow.promise);
    changes.announce({ jobId: id, version: 2 });
    expect(await cache.read(id, 0, async () => v2)).toBe(v2);
    slow.resolve(v1);
    expect(await early).toBe(v1);
    expect(memory.get(id)).toBe(v2);
  });

  test("that the job is gone, while a write is in flight, keeps its result out of memory", async () => {
    const { cache, changes, memory } = openCache();
    const slow = new Deferred<Job>();
    const writing = cache.write(
      id,
      () => slow.promise,
      (job) => job,
    );
    changes.announce({ jobId: id, version: goneVersion });
    slow.resolve(v2);
    await writing;
    expect(memory.get(id)).toBeUndefined();
  });
});

describe("a write", () => {
  test("announces the version that it made, and that the job wants a worker", async () => {
    const { changes, write } = openCache();
    const heard: unknown[] = [];
    changes.subscribe({ onChange: (notice) => heard.push(notice), onGap: () => heard.push("gap") });
    await write(v2);
    expect(heard).toEqual([{ jobId: id, version: 2, wanted: v2.type }]);
  });

  test("that was refused announces and keeps nothing", async () => {
    const { cache, changes, memory } = openCache();
    const heard: unknown[] = [];
    changes.subscribe({ onChange: (notice) => heard.push(notice), onGap: () => heard.push("gap") });
    await cache.write(
      id,
      async () => "refused",
      () => undefined,
    );
    expect([heard, memory.size]).toEqual([[], 0]);
  });

  test("that failed makes the copy in memory doubtful: the next read asks the database", async () => {
    const { cache, read } = openCache();
    await read(v1);
    await expect(
      cache.write(
        id,
        () => Promise.reject(unavailable),
        () => undefined,
      ),
    ).rejects.toBe(unavailable);
    expect(await read(v2)).toEqual({ job: v2, loads: 1 });
    expect(await read(v3)).toEqual({ job: v2, loads: 0 });
  });

  test("that failed keeps a load that began before it out of memory", async () => {
    const { cache, read } = openCache();
    const slow = new Deferred<Job>();
    const early = cache.read(id, 0, () => slow.promise);
    await expect(
      cache.write(
        id,
        () => Promise.reject(unavailable),
        () => undefined,
      ),
    ).rejects.toBe(unavailable);
    slow.resolve(v1);
    await early;
    expect(await read(v2)).toEqual({ job: v2, loads: 1 });
  });
});

describe("a write that finds its jobs", () => {
  test("keeps and announces them", async () => {
    const { cache, changes, read } = openCache();
    const heard: unknown[] = [];
    changes.subscribe({ onChange: (notice) => heard.push(notice), onGap: () => heard.push("gap") });
    expect(await cache.writeFound(async () => [v2])).toEqual([v2]);
    expect(heard).toEqual([{ jobId: id, version: 2, wanted: v2.type }]);
    expect(await read(v3)).toEqual({ job: v2, loads: 0 });
  });

  test("does not keep one that has changed since, by a notice that came first", async () => {
    const { cache, changes, memory } = openCache();
    const slow = new Deferred<Job[]>();
    const claiming = cache.writeFound(() => slow.promise);
    changes.announce({ jobId: id, version: 3 });
    slow.resolve([v2]);
    expect(await claiming).toEqual([v2]);
    expect(memory.get(id)).toBeUndefined();
  });
});
