import { describe, expect, test } from "vitest";
import {
  AttemptTimeoutError,
  CancelJobError,
  JobCancelledError,
  LeaseLostError,
  NonRetryableError,
  PromptWithdrawnError,
  RetryAfterError,
  WorkerStoppingError,
} from "../errors.ts";
import { createWorker } from "../worker.ts";
import { play, type Stage } from "./stage.ts";

/** Resolves when the signal ends, with its reason. */
function endOf(signal: AbortSignal): Promise<unknown> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(signal.reason);
    else signal.addEventListener("abort", () => resolve(signal.reason), { once: true });
  });
}

/** A door that a test opens. */
function gate() {
  let open = () => {};
  const passed = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, passed };
}

/** Registers what holds of a worker and its handlers, through whichever door they reach the fleet. */
export function describeWorker(name: string, open: () => Promise<Stage>): void {
  describe(name, () => {
    let stage: Stage;
    const using = async (work: (stage: Stage) => Promise<void>) => {
      stage = await open();
      try {
        await work(stage);
      } finally {
        await stage[Symbol.asyncDispose]();
      }
    };
    const kindsOf = async (jobId: string) => (await stage.fleet.jobs.events(jobId, { limit: 200 })).map(({ kind }) => kind);
    const errorsOf = async (jobId: string) =>
      (await stage.fleet.jobs.events(jobId, { limit: 200 })).flatMap(({ data }) => data["error"] ?? []);

    describe("a handler", () => {
      test("gets the job with its input in the defined shape, and its result completes the job", () =>
        using(async ({ perform, create, ended }) => {
          const jobId = await create({ input: {} });
          await perform(async (job, { attempt, signal }) => ({ id: job.id, n: job.input?.n, attempt, aborted: signal.aborted }));
          const job = await ended(jobId);
          expect(job).toMatchObject({
            status: "completed",
            result: { id: jobId, n: 0, attempt: 1, aborted: false },
            run: 1,
            workerId: null,
          });
          expect(await kindsOf(jobId)).toEqual(["created", "started", "completed"]);
        }));

      test("whose job is created while the worker waits is started by the notice", () =>
        using(async ({ perform, create, ended }) => {
          await perform(async () => "done");
          for (let n = 0; n < 5; n += 1) expect(await ended(await create())).toMatchObject({ result: "done" });
        }));

      test("gets no input that is not of the defined shape: the job fails at once and says where", () =>
        using(async ({ perform, create, ended }) => {
          await perform(async () => "never");
          const job = await ended(await create({ input: { n: "many" } }));
          expect(job).toMatchObject({
            status: "failed",
            attempt: 1,
            error: expect.stringMatching(/^The input is not of the defined shape: n: /),
          });
        }));

      test("says how far it is", () =>
        using(async ({ perform, create, ended, fleet }) => {
          await perform(async (_, ctx) => {
            await ctx.progress(40, "Drafting", "write");
            await ctx.progress(60);
          });
          const jobId = await create();
          expect(await ended(jobId)).toMatchObject({ progressPercent: 100, progressMessage: "Drafting", currentPhase: "write" });
          const updates = (await fleet.jobs.events(jobId)).filter(({ kind }) => kind === "updated").map(({ data }) => data);
          expect(updates).toEqual([{ progressPercent: 40, progressMessage: "Drafting", currentPhase: "write" }, { progressPercent: 60 }]);
        }));

      test("of many jobs runs as many at once as the worker has slots, and no more", () =>
        using(async ({ perform, create, ended }) => {
          let running = 0;
          let most = 0;
          const full = gate();
          await perform(
            async () => {
              running += 1;
              most = Math.max(most, running);
              if (running === 3) full.open();
              await full.passed;
              await new Promise(setImmediate);
              running -= 1;
            },
            { concurrency: 3 },
          );
          const ids = await Promise.all(Array.from({ length: 12 }, () => create()));
          await Promise.all(ids.map(ended));
          expect(most).toBe(3);
        }));
    });

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
          expect(failure?.data["errorStack"]).toContain("worker-conformance");
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

      test("that ends because somebody wants the job to stop cancels it, with the reason", () =>
        using(async ({ perform, create, ended }) => {
          await perform(async () => {
            throw new CancelJobError("Ada does not want it.");
          });
          expect(await ended(await create())).toMatchObject({ status: "cancelled", attempt: 1, error: "Ada does not want it." });
        }));

      test("waits for a time that grows by itself when nobody says how long", () =>
        using(async ({ perform, create, fleet, ended }) => {
          await perform(async (_, { attempt }) => {
            if (attempt < 2) throw new Error("once");
          });
          const jobId = await create();
          await ended(jobId);
          const [failure] = (await fleet.jobs.events(jobId)).filter(({ kind }) => kind === "attempt_failed");
          expect(failure?.data["retryInMs"]).toBeLessThanOrEqual(1_000);
        }));

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

    describe("a question", () => {
      test("parks its handler: the slot is free, and the same handler goes on with the answer", () =>
        using(async ({ perform, create, asked, ended, fleet, until }) => {
          let begun = 0;
          await perform(
            async (_, ctx) => {
              begun += 1;
              const { choice } = await ctx.ask("choose", { options: ["a", "b"] }, { title: "Which?", assignee: "ada" });
              return choice;
            },
            { concurrency: 1 },
          );
          const [one, two] = [await create(), await create()];
          const [first, second] = [await asked(one), await asked(two)];
          expect(first).toMatchObject({ type: "choose", key: "choose", title: "Which?", assignee: "ada", data: { options: ["a", "b"] } });
          expect(await fleet.jobs.get(one)).toMatchObject({ workerId: null, run: 1 });
          await expect(fleet.prompts.respond(first.id, { choice: 7 })).rejects.toMatchObject({ code: "INVALID_INPUT" });
          await fleet.prompts.respond(second.id, { choice: "b" });
          expect(await ended(two)).toMatchObject({ result: "b", run: 2, attempt: 1 });
          await fleet.prompts.respond(first.id, { choice: "a" });
          expect(await ended(one)).toMatchObject({ result: "a" });
          expect(begun).toBe(2);
          await until(one, ({ version }) => version === 6);
          expect(await kindsOf(one)).toEqual(["created", "started", "prompt_opened", "prompt_answered", "resumed", "completed"]);
        }));

      test("that another worker takes up is found answered, and no finished step runs again", () =>
        using(async ({ perform, create, asked, ended, fleet }) => {
          const done: string[] = [];
          const handler: Parameters<Stage["perform"]>[0] = async (_, ctx) => {
            const before = await ctx.step("before", () => done.push("before"));
            const { choice } = await ctx.ask("choose", { options: [String(before)] });
            return ctx.step("after", () => {
              done.push(choice);
              return choice;
            });
          };
          const first = await perform(handler);
          const jobId = await create();
          const prompt = await asked(jobId);
          await first.stop();
          await perform(handler);
          await fleet.prompts.respond(prompt.id, { choice: "x" });
          expect(await ended(jobId)).toMatchObject({ status: "completed", result: "x", run: 2, attempt: 1 });
          expect(done).toEqual(["before", "x"]);
        }));

      test("that was answered while no worker lived is answered at once", () =>
        using(async ({ perform, create, asked, ended, fleet }) => {
          const handler: Parameters<Stage["perform"]>[0] = async (_, ctx) => (await ctx.ask("anything"))["word"];
          const first = await perform(handler);
          const jobId = await create();
          const prompt = await asked(jobId);
          await first.stop();
          await fleet.prompts.respond(prompt.id, { word: "early" });
          await perform(handler);
          expect(await ended(jobId)).toMatchObject({ result: "early" });
        }));

      test("asked together with others is open together with them, and each gets its own answer", () =>
        using(async ({ perform, create, until, ended, fleet }) => {
          await perform(async (_, ctx) => {
            const [a, b] = await Promise.all([ctx.ask("anything"), ctx.ask("choose", { options: [] })]);
            return [a["word"], b.choice];
          });
          const jobId = await create();
          await until(jobId, ({ status }) => status === "pending_hitl");
          const { prompts } = await fleet.prompts.inbox({ jobId });
          const idOf = (type: string) => prompts.find((prompt) => prompt.type === type)?.id ?? "";
          await fleet.prompts.respond(idOf("choose"), { choice: "second" });
          expect(await fleet.jobs.get(jobId)).toMatchObject({ status: "pending_hitl" });
          await fleet.prompts.respond(idOf("anything"), { word: "first" });
          expect(await ended(jobId)).toMatchObject({ result: ["first", "second"] });
        }));

      test("asked again under its name is another question", () =>
        using(async ({ perform, create, asked, ended, fleet }) => {
          await perform(async (_, ctx) => {
            let rounds = 0;
            for (;;) {
              const { action } = await ctx.ask("confirm");
              rounds += 1;
              if (action === "proceed") return rounds;
            }
          });
          const jobId = await create();
          const keys: unknown[] = [];
          for (const action of ["revise", "revise", "proceed"]) {
            const prompt = await asked(jobId);
            keys.push(prompt.key);
            await fleet.prompts.respond(prompt.id, { action });
          }
          expect(await ended(jobId)).toMatchObject({ result: 3 });
          expect(keys).toEqual(["confirm", "confirm#2", "confirm#3"]);
        }));

      test("with a deadline says that it has expired, answers itself, or fails the job", () =>
        using(async ({ perform, create, ended }) => {
          await perform(async (job, ctx) => {
            const n = job.input?.n;
            if (n === 1) return ctx.ask("confirm", null, { expiresInMs: 1, onExpire: "resume" });
            if (n === 2) return ctx.ask("confirm", null, { expiresInMs: 1, onExpire: { response: { action: "revise" } } });
            return ctx.ask("confirm", null, { expiresInMs: 1 });
          });
          expect(await ended(await create({ input: { n: 1 } }))).toMatchObject({ result: { status: "expired" } });
          expect(await ended(await create({ input: { n: 2 } }))).toMatchObject({ result: { action: "revise" } });
          expect(await ended(await create({ input: { n: 3 } }))).toMatchObject({
            status: "failed",
            error: expect.stringContaining("Nobody answered"),
          });
        }));

      test("that is answered although it could expire says so", () =>
        using(async ({ perform, create, asked, ended, fleet }) => {
          await perform((_, ctx) => ctx.ask("confirm", null, { expiresInMs: 60_000, onExpire: "resume" }));
          const jobId = await create();
          await fleet.prompts.respond((await asked(jobId)).id, { action: "cancel" });
          expect(await ended(jobId)).toMatchObject({ result: { status: "answered", response: { action: "cancel" } } });
        }));

      test("that is withdrawn fails the job at once, unless the handler knows what to do", () =>
        using(async ({ perform, create, asked, ended, fleet }) => {
          await perform(async (job, ctx) => {
            try {
              return await ctx.ask("anything");
            } catch (error) {
              if (error instanceof PromptWithdrawnError && job.input?.n === 1) return "without";
              throw error;
            }
          });
          for (const [n, expected] of [
            [1, { status: "completed", result: "without" }],
            [2, { status: "failed", attempt: 1, error: expect.stringContaining("was withdrawn") }],
          ] as const) {
            const jobId = await create({ input: { n } });
            await fleet.prompts.withdraw((await asked(jobId)).id);
            expect(await ended(jobId)).toMatchObject(expected);
          }
        }));

      test("lets what the handler does beside it wait for the answer too", () =>
        using(async ({ perform, create, asked, ended, fleet }) => {
          const beside = gate();
          await perform(async (_, ctx) => {
            const [answer, step] = await Promise.all([ctx.ask("anything"), beside.passed.then(() => ctx.step("beside", () => "stored"))]);
            return [answer["word"], step];
          });
          const jobId = await create();
          const prompt = await asked(jobId);
          beside.open();
          await fleet.prompts.respond(prompt.id, { word: "w" });
          expect(await ended(jobId)).toMatchObject({ result: ["w", "stored"], attempt: 1 });
        }));

      test("of a job that was cancelled and is tried again is asked again, by a handler that starts over", () =>
        using(async ({ perform, create, asked, ended, fleet }) => {
          const attempts: number[] = [];
          await perform(async (_, ctx) => {
            attempts.push(ctx.attempt);
            return (await ctx.ask("anything"))["word"];
          });
          const jobId = await create();
          const first = await asked(jobId);
          await fleet.jobs.cancel(jobId);
          await fleet.jobs.retry(jobId);
          const second = await asked(jobId);
          expect([second.key, second.round]).toEqual([first.key, 2]);
          await fleet.prompts.respond(second.id, { word: "again" });
          expect(await ended(jobId)).toMatchObject({ status: "completed", result: "again" });
          expect(attempts).toEqual([1, 2]);
        }));

      test("of a handler that was forgotten because too many wait is answered by starting over", () =>
        using(async ({ perform, create, asked, ended, fleet }) => {
          let begun = 0;
          await perform(
            async (_, ctx) => {
              begun += 1;
              return (await ctx.ask("anything"))["word"];
            },
            { maxParked: 1 },
          );
          const ids = [await create(), await create()];
          const prompts = [];
          for (const id of ids) prompts.push(await asked(id));
          for (const { id } of prompts) await fleet.prompts.respond(id, { word: "w" });
          for (const id of ids) expect(await ended(id)).toMatchObject({ status: "completed", result: "w" });
          expect(begun).toBe(3);
        }));
    });

    describe("a sleep", () => {
      test("frees the slot and goes on when it is over, in the same handler", () =>
        using(async ({ perform, create, ended, until }) => {
          let begun = 0;
          await perform(
            async (job, ctx) => {
              begun += 1;
              await ctx.sleep("nap", job.input?.n ?? 0);
              return "awake";
            },
            { concurrency: 1 },
          );
          const long = await create({ input: { n: 400 } });
          await until(long, ({ availableAt, run }) => run === 1 && availableAt !== null);
          expect(await ended(await create({ input: { n: 0 } }))).toMatchObject({ result: "awake", run: 1 });
          const job = await ended(long);
          expect(job).toMatchObject({ result: "awake", run: 2, attempt: 1 });
          expect(begun).toBe(2);
        }));

      test("goes on being the same sleep when another worker takes the job up", () =>
        using(async ({ perform, create, ended, until, fleet }) => {
          const handler: Parameters<Stage["perform"]>[0] = async (_, ctx) => {
            await ctx.sleep("nap", 300);
            return "awake";
          };
          const first = await perform(handler);
          const jobId = await create();
          await until(jobId, ({ availableAt, run }) => run === 1 && availableAt !== null);
          await first.stop();
          await perform(handler);
          expect(await ended(jobId)).toMatchObject({ result: "awake", attempt: 1 });
          expect((await fleet.jobs.events(jobId)).filter(({ kind }) => kind === "slept")).toHaveLength(1);
        }));
    });

    test("a checkpoint is what the next attempt finds, the last one of many", () =>
      using(async ({ perform, create, ended }) => {
        const visited: number[] = [];
        await perform(
          async (_, ctx) => {
            const from = (await ctx.lastCheckpoint<{ next: number }>())?.next ?? 0;
            for (let n = from; n < 6; n += 1) {
              visited.push(n);
              if (n === 3 && ctx.attempt === 1) throw new Error("half way");
              await ctx.checkpoint({ next: n + 1 });
            }
          },
          { retryAfterMs: () => 0 },
        );
        expect(await ended(await create())).toMatchObject({ status: "completed", attempt: 2 });
        expect(visited).toEqual([0, 1, 2, 3, 3, 4, 5]);
      }));

    test("a checkpoint is what the attempt that stored it finds as well", () =>
      using(async ({ perform, create, ended }) => {
        await perform(async (_, ctx) => {
          const found = [await ctx.lastCheckpoint()];
          await ctx.checkpoint({ next: 1 });
          found.push(await ctx.lastCheckpoint());
          return found;
        });
        expect(await ended(await create())).toMatchObject({ result: [null, { next: 1 }] });
      }));

    test("a job that may not run before an instant is started then", () =>
      using(async ({ perform, create, ended }) => {
        await perform(async () => {});
        const runAt = new Date(Date.now() + 400);
        const job = await ended(await create({ runAt }));
        expect(Number(job.startedAt)).toBeGreaterThanOrEqual(runAt.getTime());
        expect(Number(job.startedAt) - runAt.getTime()).toBeLessThan(1_500);
      }));

    describe("a lost lease", () => {
      test("of a cancelled job ends the signal within a heartbeat, and closes what was asked", () =>
        using(async ({ perform, create, fleet }) => {
          const ends: Promise<unknown>[] = [];
          const begun = gate();
          await perform(async (_, { signal }) => {
            ends.push(endOf(signal));
            begun.open();
            await endOf(signal);
          });
          const jobId = await create();
          await begun.passed;
          await fleet.jobs.cancel(jobId, { reason: "not needed" });
          expect(await ends[0]).toBeInstanceOf(JobCancelledError);
          expect(await fleet.jobs.get(jobId)).toMatchObject({ status: "cancelled", error: "not needed" });
        }));

      test("refuses everything that a handler which swallows all errors still writes", () =>
        using(async ({ perform, create, fleet, ended }) => {
          const swallowed: unknown[] = [];
          const [begun, cut, through] = [gate(), gate(), gate()];
          await perform(
            async (_, ctx) => {
              if (ctx.attempt > 1) return "second";
              begun.open();
              await cut.passed;
              for (const write of [
                () => ctx.progress(99),
                () => ctx.step("late", () => 1),
                () => ctx.ask("anything"),
                () => ctx.checkpoint(1),
              ]) {
                await write().catch((error) => swallowed.push(error));
              }
              through.open();
              return "first";
            },
            { concurrency: 1 },
          );
          const jobId = await create();
          await begun.passed;
          await fleet.leases.fail({ jobId, run: 1, error: "taken away", retryAfterMs: 0 });
          cut.open();
          await through.passed;
          expect(await ended(jobId)).toMatchObject({ result: "second", attempt: 2 });
          expect(swallowed).toHaveLength(4);
          for (const error of swallowed) expect(error).toBeInstanceOf(LeaseLostError);
          expect(await fleet.leases.steps({ jobId })).toEqual([]);
        }));
    });

    describe("stop", () => {
      test("lets handlers end that do so in time", () =>
        using(async ({ perform, create, fleet }) => {
          const [begun, finish] = [gate(), gate()];
          const worker = await perform(async () => {
            begun.open();
            await finish.passed;
            return "finished";
          });
          const jobId = await create();
          await begun.passed;
          const stopped = worker.stop();
          finish.open();
          await stopped;
          expect(await fleet.jobs.get(jobId)).toMatchObject({ status: "completed", result: "finished" });
        }));

      test("hands back what does not end, without costing an attempt, and says why", () =>
        using(async ({ perform, create, fleet }) => {
          const ends: Promise<unknown>[] = [];
          const begun = gate();
          const worker = await perform(async (_, { signal }) => {
            ends.push(endOf(signal));
            begun.open();
            throw await endOf(signal);
          });
          const jobId = await create();
          await begun.passed;
          await worker.stop({ drainMs: 0 });
          expect(await ends[0]).toBeInstanceOf(WorkerStoppingError);
          expect(await fleet.jobs.get(jobId)).toMatchObject({ status: "pending", attempt: 1, workerId: null });
          expect(await kindsOf(jobId)).toEqual(["created", "started", "released"]);
        }));

      test("is safe twice, at once, and unstarted, and a worker starts once", () =>
        using(async ({ perform, backend }) => {
          const worker = await perform(async () => {});
          await Promise.all([worker.stop(), worker.stop()]);
          await worker.stop();
          expect(() => worker.start()).toThrow("starts once");
          const unstarted = createWorker({ backend });
          await unstarted.stop();
          expect(() => unstarted.start()).toThrow("starts once");
          expect(() => createWorker({ backend }).start()).toThrow("nothing to do");
          expect(() =>
            createWorker({ backend })
              .handle(play, async () => {})
              .handle(play, async () => {}),
          ).toThrow("has a handler already");
        }));
    });

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
  });
}
