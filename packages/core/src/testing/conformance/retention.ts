import { describe, expect, test } from "vitest";
import type { JobInsert, ListPosition } from "../../jobs/job-repository.ts";
import { type FinalStatus, finalStatuses, type JobStatus, jobStatuses } from "../../jobs/job-status.ts";
import type { RetentionMs } from "../../jobs/retention.ts";
import { buildChange, buildInsert, buildPrompt } from "../build-job.ts";
import type { StoreFixture } from "../store-conformance.ts";

/** Short of the time after which memory mode lets go of what has ended, retention or not. */
const keptMs = 60_000;

export function describeRetention(fixture: StoreFixture): void {
  const insert = async (overrides: Partial<JobInsert> = {}) => {
    const job = buildInsert(overrides);
    await fixture.store.jobs.insert(job);
    return job.id;
  };
  const end = (id: string, status: FinalStatus) =>
    fixture.store.jobs.update(id, buildChange({ status, error: "x" }, { allowedFrom: jobStatuses, place: { in: "nowhere" } }));
  const endedJob = async (status: FinalStatus) => {
    const id = await insert();
    await end(id, status);
    return id;
  };
  /** All batches of one sweep, and the ids that each removed. */
  const sweep = async (retention: RetentionMs, limit = 10) => {
    const batches: string[][] = [];
    let after: ListPosition | undefined;
    do {
      const { pruned, next } = await fixture.store.jobs.prune(retention, limit, after);
      batches.push(pruned.map(({ id }) => id));
      after = next;
    } while (after !== undefined);
    return batches;
  };
  const left = async () => (await fixture.store.jobs.list({}, 100)).map(({ id }) => id).reverse();

  describe("retention", () => {
    test.each(finalStatuses)("removes a job that is %s from the millisecond on at which its time is over", async (status) => {
      const { clock } = fixture;
      const id = await endedJob(status);
      clock.advance(keptMs - 1);
      expect(await sweep({ [status]: keptMs })).toEqual([[]]);
      clock.advance(1);
      expect(await sweep({ [status]: keptMs })).toEqual([[id]]);
      expect(await left()).toEqual([]);
    });

    test("counts from the end of a job and not from its creation", async () => {
      const { clock } = fixture;
      const id = await insert();
      clock.advance(10 * keptMs);
      await end(id, "failed");
      expect(await sweep({ failed: keptMs })).toEqual([[]]);
      clock.advance(keptMs);
      expect(await sweep({ failed: keptMs })).toEqual([[id]]);
    });

    test("takes prompts, steps and history with the job, and says how it had ended", async () => {
      const { store, clock } = fixture;
      const id = await insert();
      const [job] = await store.leases.claim({ workerId: "w", types: ["report"], limit: 1, claim: 1, actor: { id: "w", via: "process" } });
      await store.steps.put({ jobId: id, run: job?.run ?? 0, kind: "step", name: "a", output: 1 });
      const prompt = buildPrompt(id);
      await store.prompts.open(prompt, ["running"]);
      await end(id, "cancelled");
      clock.advance(keptMs);
      expect(await store.jobs.prune({ cancelled: keptMs }, 10)).toEqual({ pruned: [{ id, status: "cancelled" }], next: undefined });
      expect(await store.jobs.find(id)).toBeUndefined();
      expect(await store.prompts.find(prompt.id)).toBeUndefined();
      expect(await store.steps.list(id)).toEqual([]);
      expect(await store.jobs.events(id, 0, 10)).toEqual([]);
    });

    test("never removes a job that has not ended, however old, nor one that waits for a person", async () => {
      const { store, clock } = fixture;
      const [pending, running, waiting, retried] = [await insert(), await insert(), await insert(), await endedJob("failed")];
      await store.jobs.update(running, buildChange({ status: "running" }));
      const prompt = buildPrompt(waiting);
      await store.prompts.open(prompt, ["pending"]);
      await store.jobs.update(retried, buildChange({ status: "pending" }, { allowedFrom: ["failed"], newAttempt: true }));
      clock.advance(10_000 * keptMs);
      const all = { completed: 0, failed: 0, cancelled: 0 };
      expect(await store.jobs.prunable(all)).toEqual({ counts: all, oldestCompletedAt: null });
      expect((await sweep(all, 2)).flat()).toEqual([]);
      expect((await left()).sort()).toEqual([pending, running, waiting, retried].sort());
      expect(await store.prompts.find(prompt.id)).toMatchObject({ status: "open" });
    });

    test("keeps each status for a time of its own, and one that it does not name for ever", async () => {
      const { store, clock } = fixture;
      const [completed, failed] = [await endedJob("completed"), await endedJob("failed"), await endedJob("cancelled")];
      const endedAt = new Date(clock.nowMs());
      const retention = { completed: keptMs, failed: 3 * keptMs };
      clock.advance(keptMs);
      expect(await store.jobs.prunable(retention)).toEqual({
        counts: { completed: 1, failed: 0, cancelled: 0 },
        oldestCompletedAt: endedAt,
      });
      expect(await sweep(retention)).toEqual([[completed]]);
      clock.advance(2 * keptMs);
      expect(await sweep(retention)).toEqual([[failed]]);
      clock.advance(1_000 * keptMs);
      expect(await sweep(retention)).toEqual([[]]);
    });

    test("goes in batches from the oldest on, past those that it keeps", async () => {
      const { clock } = fixture;
      const statuses: JobStatus[] = ["failed", "completed", "failed", "completed", "completed"];
      const ids: string[] = [];
      for (const status of statuses) {
        ids.push(await endedJob(status as FinalStatus));
        clock.advance(1);
      }
      clock.advance(keptMs);
      const batches = await sweep({ completed: keptMs }, 2);
      expect(batches.flat()).toEqual([ids[1], ids[3], ids[4]]);
      expect(batches.filter((batch) => batch.length > 2)).toEqual([]);
      expect(await left()).toEqual([ids[0], ids[2]]);
    });

    test("finds what is old behind many that it keeps", async () => {
      const { clock } = fixture;
      for (let made = 0; made < 45; made += 1) await endedJob("failed");
      clock.advance(1);
      const id = await endedJob("completed");
      clock.advance(keptMs);
      expect((await sweep({ completed: keptMs }, 1)).flat()).toEqual([id]);
    });

    test("that 10 do at once removes each job once", async () => {
      const { clock } = fixture;
      const ids = await Promise.all(Array.from({ length: 40 }, () => endedJob("completed")));
      clock.advance(keptMs);
      const sweeps = await Promise.all(Array.from({ length: 10 }, () => sweep({ completed: keptMs }, 7)));
      expect(sweeps.flat(2).sort()).toEqual(ids.sort());
      expect(await left()).toEqual([]);
    });
  });
}
