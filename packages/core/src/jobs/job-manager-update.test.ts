import { describe, expect, test } from "vitest";
import { openFleet } from "../fleet.ts";
import { ManualClock } from "../testing/manual-clock.ts";
import type { Job, JobChange } from "./job.ts";

const clock = new ManualClock();
const { jobs, prompts } = await openFleet({ persistence: { kind: "memory" }, clock });

/** A job that the given changes were made to. */
async function createJob(...changes: JobChange[]): Promise<Job> {
  let { job } = await jobs.create();
  for (const change of changes) job = await jobs.update(job.id, change);
  return job;
}

describe("update", () => {
  test("completing sets the progress to 100 and the result to null, unless it says otherwise", async () => {
    const [plain, told] = [await createJob({ status: "running" }), await createJob({ status: "running" })];
    expect(await jobs.update(plain.id, { status: "completed" })).toMatchObject({ progressPercent: 100, result: null });
    const change = { status: "completed", progressPercent: 80, result: { path: "/x" } } as const;
    expect(await jobs.update(told.id, change)).toMatchObject({ progressPercent: 80, result: { path: "/x" } });
  });

  test("a status that the job has already is no move: the rest of the change happens", async () => {
    const { id } = await createJob({ status: "running" });
    expect(await jobs.update(id, { status: "running", currentPhase: "draft" })).toMatchObject({
      status: "running",
      currentPhase: "draft",
      version: 3,
    });
  });

  test("a field that is undefined stays as it is", async () => {
    const { id } = await createJob({ currentPhase: "plan" });
    expect(await jobs.update(id, { currentPhase: undefined, progressPercent: 5 })).toMatchObject({
      currentPhase: "plan",
      progressPercent: 5,
    });
  });

  test("the event has the fields that changed and who did it", async () => {
    const { job } = await jobs.create();
    await jobs.update(job.id, { status: "running", currentPhase: undefined, progressPercent: 5 }, { actor: { id: "ada", via: "cli" } });
    expect(await jobs.events(job.id, { afterVersion: 1 })).toEqual([
      {
        jobId: job.id,
        version: 2,
        kind: "started",
        data: { status: "running", progressPercent: 5 },
        actor: "ada",
        via: "cli",
        at: new Date(clock.nowMs()),
      },
    ]);
  });

  test("a forbidden move is refused with the job's id, its status and the moves that are allowed", async () => {
    const { id } = await createJob();
    await expect(jobs.update(id, { status: "completed" })).rejects.toMatchObject({
      code: "INVALID_TRANSITION",
      jobId: id,
      message: `Job ${id} is pending and cannot become completed by this call. From there it can become running, failed, cancelled.`,
      details: { jobStatus: "pending", version: 1, allowed: ["running", "failed", "cancelled"] },
    });
  });

  test("a completed job says that it is final, a failed one that it can be retried", async () => {
    const done = await createJob({ status: "running" }, { status: "completed" });
    const broken = await createJob({ status: "failed", error: "x" });
    await expect(jobs.update(done.id, { progressPercent: 1 })).rejects.toThrow(
      `Job ${done.id} is completed and cannot be changed. A completed job is final.`,
    );
    await expect(jobs.update(broken.id, { progressPercent: 1 })).rejects.toThrow("A job that has ended can only be retried or deleted.");
  });

  test("with the version that the job has happens, with an older one is refused with the current one", async () => {
    const { id } = await createJob({ progressPercent: 1 });
    expect(await jobs.update(id, { progressPercent: 2 }, { ifVersion: 2 })).toMatchObject({ version: 3 });
    await expect(jobs.update(id, { progressPercent: 3 }, { ifVersion: 2 })).rejects.toMatchObject({
      code: "VERSION_MISMATCH",
      jobId: id,
      message: `Job ${id} has version 3, not 2. Read it again and decide anew.`,
      details: { version: 3 },
    });
  });

  test("of 100 concurrent updates of one version one wins and 99 are told the new version", async () => {
    const { id } = await createJob();
    const results = await Promise.allSettled(Array.from({ length: 100 }, (_, n) => jobs.update(id, { metadata: { n } }, { ifVersion: 1 })));
    expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    const reasons = results.flatMap((result) => (result.status === "rejected" ? [result.reason] : []));
    expect(reasons.every(({ code, details }) => code === "VERSION_MISMATCH" && details.version === 2)).toBe(true);
  });

  test("of an absent job, or of an id that is no UUID, finds no job", async () => {
    for (const id of [crypto.randomUUID(), "job-1", ""]) {
      await expect(jobs.update(id, { progressPercent: 1 })).rejects.toMatchObject({
        code: "JOB_NOT_FOUND",
        message: `There is no job ${JSON.stringify(id)}.`,
      });
    }
  });
});

describe("cancel", () => {
  test("ends a job from every status that is not final, with the reason as its error", async () => {
    const waiting = await createJob();
    await prompts.open(waiting.id, { type: "confirm" });
    for (const { id } of [await createJob(), await createJob({ status: "running" }), waiting]) {
      expect(await jobs.cancel(id, { reason: "no longer needed" })).toMatchObject({ status: "cancelled", error: "no longer needed" });
    }
  });

  test("without a reason leaves the error null", async () => {
    const { id } = await createJob();
    expect(await jobs.cancel(id)).toMatchObject({ status: "cancelled", error: null });
  });

  test("of a final job is refused, also of a cancelled one", async () => {
    const { id } = await createJob({ status: "cancelled" });
    await expect(jobs.cancel(id)).rejects.toMatchObject({ code: "INVALID_TRANSITION", jobId: id });
  });

  test("with another version is refused", async () => {
    const { id } = await createJob();
    await expect(jobs.cancel(id, { ifVersion: 7 })).rejects.toMatchObject({ code: "VERSION_MISMATCH" });
  });

  test("of 20 concurrent cancels one wins", async () => {
    const { id } = await createJob();
    const results = await Promise.allSettled(Array.from({ length: 20 }, () => jobs.cancel(id)));
    expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  });
});

describe("retry", () => {
  test("sends a failed or cancelled job back to pending for a fresh attempt", async () => {
    for (const end of [{ status: "failed", error: "x", errorStack: "y" }, { status: "cancelled" }] as const) {
      const { id } = await createJob({ status: "running", progressPercent: 50, currentPhase: "draft", metadata: { kept: 1 } }, end);
      const fresh = {
        status: "pending",
        attempt: 2,
        progressPercent: 0,
        currentPhase: null,
        error: null,
        errorStack: null,
        completedAt: null,
      };
      expect(await jobs.retry(id)).toMatchObject({ ...fresh, metadata: { kept: 1 }, version: 4 });
    }
  });

  test("of a job that lives or is completed is refused", async () => {
    const lively = [await createJob(), await createJob({ status: "running" })];
    const done = await createJob({ status: "running" }, { status: "completed" });
    for (const { id } of [...lively, done]) await expect(jobs.retry(id)).rejects.toMatchObject({ code: "INVALID_TRANSITION", jobId: id });
    await expect(jobs.retry(lively[0]?.id ?? "")).rejects.toThrow("Only a failed or cancelled job can be retried.");
  });

  test("of 20 concurrent retries one wins, so that an attempt is counted once", async () => {
    const { id } = await createJob({ status: "cancelled" });
    await Promise.allSettled(Array.from({ length: 20 }, () => jobs.retry(id)));
    expect(await jobs.get(id)).toMatchObject({ attempt: 2, version: 3 });
  });
});

describe("delete", () => {
  test("removes a pending or final job with its history", async () => {
    for (const { id } of [
      await createJob(),
      await createJob({ status: "cancelled" }),
      await createJob({ status: "running" }, { status: "completed" }),
    ]) {
      await jobs.delete(id);
      await expect(jobs.get(id)).rejects.toMatchObject({ code: "JOB_NOT_FOUND" });
      await expect(jobs.events(id)).rejects.toMatchObject({ code: "JOB_NOT_FOUND" });
    }
  });

  test("of a running or waiting job is refused and says to cancel it first", async () => {
    const waiting = await createJob();
    await prompts.open(waiting.id, { type: "confirm" });
    for (const { id } of [await createJob({ status: "running" }), waiting]) {
      await expect(jobs.delete(id)).rejects.toMatchObject({
        code: "JOB_ACTIVE",
        jobId: id,
        message: expect.stringContaining("Cancel it first"),
      });
    }
  });

  test("of a job that is gone finds no job", async () => {
    const { id } = await createJob();
    await jobs.delete(id);
    await expect(jobs.delete(id)).rejects.toMatchObject({ code: "JOB_NOT_FOUND", jobId: id });
  });
});
