import { describe, expect, test } from "vitest";
import { openFleet } from "../fleet.ts";
import { createTestDatabase } from "../testing/shared-postgres.ts";

describe("waiting for a job to change", () => {
  test("ends at once when it has a later version already", async () => {
    const { jobs } = await openFleet({ persistence: { kind: "memory" } });
    const { job } = await jobs.create();
    expect(await jobs.waitForChange(job.id)).toEqual(job);
    await jobs.update(job.id, { status: "running" });
    expect(await jobs.waitForChange(job.id, { afterVersion: 1 })).toMatchObject({ status: "running", version: 2 });
  });

  test("ends when it changes, and 1,000 who wait all see it", async () => {
    const { jobs } = await openFleet({ persistence: { kind: "memory" } });
    const { job } = await jobs.create();
    const waiting = Array.from({ length: 1_000 }, () => jobs.waitForChange(job.id, { afterVersion: 1 }));
    await jobs.cancel(job.id);
    expect(new Set((await Promise.all(waiting)).map(({ status }) => status))).toEqual(new Set(["cancelled"]));
  });

  test("ends with the job as it stands when the time is up, the signal ends, or the fleet closes", async () => {
    const fleet = await openFleet({ persistence: { kind: "memory" } });
    const { job } = await fleet.jobs.create();
    expect(await fleet.jobs.waitForChange(job.id, { afterVersion: 1, timeoutMs: 5 })).toEqual(job);
    expect(await fleet.jobs.waitForChange(job.id, { afterVersion: 1, signal: AbortSignal.abort() })).toEqual(job);
    const controller = new AbortController();
    const aborted = fleet.jobs.waitForChange(job.id, { afterVersion: 1, signal: controller.signal });
    controller.abort();
    expect(await aborted).toEqual(job);
    const closed = fleet.jobs.waitForChange(job.id, { afterVersion: 1 });
    await fleet.close();
    expect(await closed).toEqual(job);
  });

  test("is refused for a job that is not there, and for one that goes", async () => {
    const { jobs } = await openFleet({ persistence: { kind: "memory" } });
    for (const id of [crypto.randomUUID(), "job-1"]) {
      await expect(jobs.waitForChange(id)).rejects.toMatchObject({ code: "JOB_NOT_FOUND" });
    }
    const { job } = await jobs.create();
    const waiting = expect(jobs.waitForChange(job.id, { afterVersion: 1 })).rejects.toMatchObject({ code: "JOB_NOT_FOUND" });
    await jobs.delete(job.id);
    await waiting;
  });

  test("on one fleet ends when the job changes on another", async () => {
    await using database = await createTestDatabase();
    const persistence = { kind: "server", url: database.url } as const;
    const [here, there] = [await openFleet({ persistence }), await openFleet({ persistence })];
    const { job } = await here.jobs.create();
    // Long before the next look that waits for no notice.
    const waiting = there.jobs.waitForChange(job.id, { afterVersion: 1, timeoutMs: 1_500 });
    await here.jobs.cancel(job.id);
    expect(await waiting).toMatchObject({ status: "cancelled", version: 2 });
    await here.close();
    await there.close();
  });
});
