import { defineJob } from "@skill-fleet/client";
import { openFleet } from "@skill-fleet/core";
import pg from "pg";
import { z } from "zod";
import { createWorker } from "../index.ts";

/*
 * A worker as a process of its own, which tests kill, pause and block. It writes down what it does in the
 * table `diary` of the same database, over a connection of its own: what stands there has happened.
 */

/** What a job of the crew does. */
export const errand = defineJob({
  type: "errand",
  input: z.object({
    /** How long the handler blocks the event loop in its first attempt. */
    blockMs: z.number().optional(),
    /** How long the handler works without looking at its signal in its first attempt. */
    workMs: z.number().optional(),
  }),
  result: z.object({ answers: z.array(z.string()) }),
  prompts: { ask: { response: z.object({ word: z.string() }) } },
});

export interface CrewOptions {
  readonly url: string;
  readonly leaseTimeoutMs: number;
  readonly concurrency: number;
}

if (process.argv[2] !== undefined) await work(JSON.parse(process.argv[2]) as CrewOptions);

async function work({ url, leaseTimeoutMs, concurrency }: CrewOptions): Promise<void> {
  const fleet = await openFleet({ persistence: { kind: "server", url, maxConnections: 4 }, leaseTimeoutMs, migrate: false });
  const diary = new pg.Pool({ connectionString: url, max: 2 });
  diary.on("error", () => {});
  const id = `crew-${process.pid}`;
  const note = async (jobId: string, what: string, detail: string) => {
    await diary.query("insert into diary (job_id, what, detail) values ($1, $2, $3)", [jobId, what, detail]);
    process.stdout.write(`${what}\n`);
  };

  const worker = createWorker({ backend: fleet.leases, concurrency, id }).handle(
    errand,
    async (job, ctx) => {
      const step = async (name: string) => {
        const once = `${id}:${process.hrtime.bigint()}`;
        const output = await ctx.step(name, async () => {
          await note(job.id, `ran ${name}`, once);
          return once;
        });
        await note(job.id, `finished ${name}`, output);
      };
      await step("first");
      if (ctx.attempt === 1 && job.input.blockMs !== undefined) {
        await note(job.id, "blocks", "");
        block(job.input.blockMs);
        await step("late").catch((error: Error) => note(job.id, "refused", error.name));
      }
      if (ctx.attempt === 1 && job.input.workMs !== undefined) {
        await note(job.id, "works", "");
        await new Promise((resolve) => setTimeout(resolve, job.input.workMs));
        await step("late").catch((error: Error) => note(job.id, "refused", error.name));
      }
      const answers: string[] = [];
      for (let round = 0; round < 2; round += 1) {
        answers.push((await ctx.ask("ask")).word);
        await step(`after ${round}`);
      }
      await ctx.sleep("nap", 5);
      await step("last");
      return { answers };
    },
    { retryAfterMs: () => 0 },
  );
  await worker.start();
  process.stdout.write("started\n");
}

/** Keeps the event loop from turning. */
function block(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}
