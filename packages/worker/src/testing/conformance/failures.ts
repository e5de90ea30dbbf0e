import { describe, expect, test } from "vitest";
import { AttemptTimeoutError, CancelJobError, LeaseLostError, NonRetryableError, RetryAfterError } from "../../errors.ts";
import { endOf } from "../end-of.ts";
import type { Ground } from "../ground.ts";

export function describeFailures({ using, errorsOf }: Ground): void {
  describe("a failed attempt", () => {
    test("is followed by another, finds the finished steps, and its error is kept", () =>
      using(async ({ perform, create, ended, fleet }) => {
        const done: string[] = [];
        await perform(
          async (_, ctx) => {
            const first = await ctx.step("first", () => {
              done.push("first");
              return { at: new Date(0), n: 1 };
            });
            if (ctx.attempt < 3) throw new Error(`attempt ${ctx.attempt} broke`);
            return first;
          },
          { retryAfterMs: () => 1 },
        );
        const jobId = await create();
        expect(await ended(jobId)).toMatchObject({ status: "completed", attempt: 3, result: { at: "1970-01-01T00:00:00.000Z", n: 1 } });
        expect(done).toEqual(["first"]);
        expect(await errorsOf(jobId)).toEqual(["attempt 1 broke", "attempt 2 broke"]);
        const [failure] = (await fleet.jobs.events(jobId, { limit: 200 })).filter(({ kind }) => kind === "attempt_failed");
        expect(failure?.data["errorStack"]).toContain("conformance/failures");
      }));

    test("that was the last fails the job with its error and its stack", () =>
      using(async ({ perform, create, ended }) => {
        await perform(
          async () => {
            throw new Error("broken \u0000 for good");
          },
          { retryAfterMs: () => 0 },
        );
        const job = await ended(await create({ maxAttempts: 2 }));
        expect(job).toMatchObject({
          status: "failed",
          attempt: 2,
          error: "broken \u2400 for good",
          errorStack: expect.stringContaining("Error: broken"),
        });
      }));

    test("that cannot be repaired is the last", () =>
      using(async ({ perform, create, ended }) => {
        await perform(async () => {
          throw new NonRetryableError("no such customer");
        });
        expect(await ended(await create())).toMatchObject({ status: "failed", attempt: 1, error: "no such customer" });
      }));

    test("that knows when another makes sense is followed by it then", () =>
      using(async ({ perform, create, until }) => {
        await perform(async () => {
          throw new RetryAfterError("rate limited", 3_600_000);
        });
        const job = await until(await create(), ({ attempt }) => attempt === 2);
        expect(Number(job.availableAt) - Number(job.updatedAt)).toBe(3_600_000);
      }));

    test.each([-60_000, Number.NaN])("that names a time which is none (%d) is followed by another all the same", (retryAfterMs) =>
      using(async ({ perform, create, until }) => {
        await perform(async () => {
          throw new RetryAfterError("at a date that has passed", retryAfterMs);
        });
        await until(await create(), ({ attempt }) => attempt === 2);
      }),
    );

    test.each([
      ["an object without a prototype", () => Object.create(null)],
      ["an error whose message throws", () => Object.defineProperty(new Error("x"), "message", { get: () => JSON.parse("{") })],
      ["an error whose code throws", () => Object.defineProperty(new Error("x"), "code", { get: () => JSON.parse("{") })],
      ["an error that is there no more", () => revoked(new Error("x"))],
      ["nothing at all", () => undefined],
    ])("that throws %s ends as any other", (_, thrown) =>
      using(async ({ perform, create, ended }) => {
        await perform(
          async () => {
            throw thrown();
          },
          { retryAfterMs: () => 0 },
        );
        const job = await ended(await create({ maxAttempts: 2 }));
        expect(job).toMatchObject({ status: "failed", attempt: 2, error: expect.stringMatching(/./) });
      }),
    );

    test("that another service calls too large is followed by another attempt", () =>
      using(async ({ perform, create, ended }) => {
        await perform(
          async () => {
            throw Object.assign(new Error("too large"), { status: 413, code: "INVALID_INPUT" });
          },
          { retryAfterMs: () => 0 },
        );
        expect(await ended(await create({ maxAttempts: 2 }))).toMatchObject({ status: "failed", attempt: 2 });
      }));

    test.each([
      [
        "throws",
        () => {
          throw new Error("no idea");
        },
      ],
      ["names no number", () => "soon" as never],
      ["promises one", (async () => 1) as never],
    ])("is followed by another also when retryAfterMs %s", (_, retryAfterMs) =>
      using(async ({ perform, create, until }) => {
        await perform(
          async () => {
            throw new Error("x");
          },
          { retryAfterMs },
        );
        await until(await create(), ({ attempt }) => attempt === 2);
      }),
    );

    test("that ends because somebody wants the job to stop cancels it, with the reason", () =>
      using(async ({ perform, create, ended }) => {
        await perform(async () => {
          throw new CancelJobError("Ada does not want it.");
        });
        expect(await ended(await create())).toMatchObject({ status: "cancelled", attempt: 1, error: "Ada does not want it." });
      }));

    test("waits for some time of its first second when nobody says how long", () =>
      using(async ({ perform, create, fleet, ended }) => {
        await perform(async (_, { attempt }) => {
          if (attempt < 2) throw new Error("once");
        });
        const jobId = await create();
        await ended(jobId);
        const [failure] = (await fleet.jobs.events(jobId)).filter(({ kind }) => kind === "attempt_failed");
        expect(failure?.data["retryInMs"]).toSatisfy((ms) => Number.isInteger(ms) && ms >= 0 && ms <= 1_000);
      }));

    test.each([
      ["a step whose output is no JSON", (ctx: { step(name: string, work: () => unknown): unknown }) => ctx.step("big", () => 1n)],
      ["a step without a name", (ctx: { step(name: string, work: () => unknown): unknown }) => ctx.step("", () => 1)],
    ])("by %s fails the job at once", (_, work) =>
      using(async ({ perform, create, ended }) => {
        await perform(async (_job, ctx) => work(ctx as never), { retryAfterMs: () => 0 });
        expect(await ended(await create())).toMatchObject({ status: "failed", attempt: 1 });
      }),
    );

    test("whose result cannot be stored fails the job and says so", () =>
      using(async ({ perform, create, ended }) => {
        await perform(async () => "half a pair: \ud800");
        expect(await ended(await create())).toMatchObject({ status: "failed", error: expect.stringContaining("The result was refused") });
      }));

    test("ends when it has had its time, also if the handler never returns, and its slot is free", () =>
      using(async ({ perform, create, ended }) => {
        const reasons: unknown[] = [];
        await perform(
          async (_, { signal, attempt }) => {
            void endOf(signal).then((reason) => reasons.push(reason));
            if (attempt === 1) await new Promise(() => {});
          },
          { concurrency: 1, attemptTimeoutMs: 50, retryAfterMs: () => 0 },
        );
        const jobId = await create();
        expect(await ended(jobId)).toMatchObject({ status: "completed", attempt: 2 });
        expect(reasons[0]).toBeInstanceOf(AttemptTimeoutError);
        expect(await errorsOf(jobId)).toEqual(["The attempt took longer than 50 ms."]);
      }));

    test("takes its time from the job as well", () =>
      using(async ({ perform, create, ended }) => {
        await perform(() => new Promise(() => {}));
        const job = await ended(await create({ attemptTimeoutMs: 50, maxAttempts: 1 }));
        expect(job).toMatchObject({ status: "failed", error: expect.stringContaining("longer than 50 ms") });
      }));
  });

  test("a job that has had its time fails, whoever has it", () =>
    using(async ({ perform, create, ended }) => {
      const ends: Promise<unknown>[] = [];
      await perform(async (_, { signal }) => {
        ends.push(endOf(signal));
        await endOf(signal);
      });
      expect(await ended(await create({ timeoutMs: 300 }))).toMatchObject({
        status: "failed",
        error: "The job took longer than its time limit.",
      });
      expect(await ends[0]).toBeInstanceOf(LeaseLostError);
    }));

  test("what a dead worker had goes to another, at the cost of an attempt", () =>
    using(async ({ perform, backend, create, ended, until }) => {
      const jobId = await create();
      const [job] = await backend.claim({ workerId: "doomed", types: ["play"] }, { signal: new AbortController().signal });
      expect(job?.id).toBe(jobId);
      // It never beats.
      await perform(async () => "saved");
      await until(jobId, ({ attempt }) => attempt === 2);
      expect(await ended(jobId)).toMatchObject({ status: "completed", result: "saved", attempt: 2 });
      expect(await errorsOf(jobId)).toEqual(["Worker doomed died, or was cut off, in attempt 1."]);
    }));
}

/** Whatever is asked of it throws. */
function revoked(error: Error): Error {
  const { proxy, revoke } = Proxy.revocable(error, {});
  revoke();
  return proxy;
}
