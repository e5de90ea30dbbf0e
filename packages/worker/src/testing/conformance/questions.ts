import { describe, expect, test } from "vitest";
import { PromptWithdrawnError } from "../../errors.ts";
import { gate } from "../gate.ts";
import type { Ground } from "../ground.ts";
import type { Stage } from "../stage.ts";

export function describeQuestions({ using, kindsOf }: Ground): void {
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
}
