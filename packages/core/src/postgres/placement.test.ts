import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { FleetError } from "../errors.ts";
import { type Fleet, openFleet } from "../fleet.ts";
import { contradictions } from "../testing/contradictions.ts";
import { createTestDatabase } from "../testing/shared-postgres.ts";
import type { TestDatabase } from "../testing/test-databases.ts";

/*
 * A job stands in the queue exactly while its row says that it wants a worker, and in a lease exactly
 * while its row says that one has it: whatever happens to it, in whichever order, at the same time.
 */

let created: TestDatabase;
let fleets: Fleet[];

beforeAll(async () => {
  created = await createTestDatabase();
  const open = () => openFleet({ persistence: { kind: "server", url: created.url } });
  fleets = [await open(), await open()];
});

afterAll(async () => {
  for (const fleet of fleets) await fleet.close();
  await created[Symbol.asyncDispose]();
});

const acts = {
  claim: ({ leases }: Fleet, jobId: string) => leases.claim({ workerId: `w${jobId.at(-1)}`, types: ["raced"], limit: 3 }),
  complete: ({ leases }: Fleet, jobId: string, run: number) => leases.complete({ jobId, run }),
  fail: ({ leases }: Fleet, jobId: string, run: number) => leases.fail({ jobId, run, error: "x", retryAfterMs: 0 }),
  release: ({ leases }: Fleet, jobId: string, run: number) => leases.release({ jobId, run }),
  progress: ({ leases }: Fleet, jobId: string, run: number) => leases.progress({ jobId, run, percent: 1 }),
  ask: ({ leases }: Fleet, jobId: string, run: number) => leases.ask({ jobId, run, prompts: [{ type: "q", key: `${run}` }] }),
  sleep: ({ leases }: Fleet, jobId: string, run: number) => leases.sleep({ jobId, run, name: `${run}`, ms: 1 }),
  answer: ({ prompts }: Fleet, jobId: string) => prompts.respondToJob(jobId, { ok: true }),
  prompt: ({ prompts }: Fleet, jobId: string) => prompts.open(jobId, { type: "q" }),
  start: ({ jobs }: Fleet, jobId: string) => jobs.update(jobId, { status: "running" }),
  sendBack: ({ jobs }: Fleet, jobId: string) => jobs.update(jobId, { status: "pending" }),
  cancel: ({ jobs }: Fleet, jobId: string) => jobs.cancel(jobId),
  retry: ({ jobs }: Fleet, jobId: string) => jobs.retry(jobId),
  die: ({ leases }: Fleet, jobId: string) => leases.register({ workerId: `w${jobId.at(-1)}`, types: ["raced"] }),
  stop: ({ leases }: Fleet, jobId: string) => leases.deregister({ workerId: `w${jobId.at(-1)}` }),
} satisfies Record<string, (fleet: Fleet, jobId: string, run: number) => Promise<unknown>>;

type Act = keyof typeof acts;
const names = Object.keys(acts) as Act[];

test("a job's row, the queue and the leases agree, whatever happens at the same time on two instances", async () => {
  const step = fc.record({ act: fc.constantFrom(...names), job: fc.nat(2), fleet: fc.nat(1), behind: fc.boolean() });
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(step, { minLength: 2, maxLength: 8 }), { minLength: 3, maxLength: 12 }), async (rounds) => {
      const [first] = fleets as [Fleet, Fleet];
      const jobs = await Promise.all([0, 1, 2].map(() => first.jobs.create({ type: "raced", maxAttempts: 100 })));
      const unexpected: unknown[] = [];
      for (const round of rounds) {
        const runs = await Promise.all(jobs.map(async ({ job }) => (await first.jobs.get(job.id)).run));
        await Promise.all(
          round.map(async ({ act, job, fleet, behind }) => {
            const id = jobs[job]?.job.id ?? "";
            const work = acts[act](fleets[fleet] as Fleet, id, (runs[job] ?? 0) + (behind ? 1 : 0));
            await work.catch((error: unknown) => {
              if (!FleetError.is(error) || error.code === "INTERNAL" || error.code === "STORE_UNAVAILABLE") unexpected.push(error);
            });
          }),
        );
        expect(unexpected).toEqual([]);
        expect(await created.query(contradictions)).toEqual([]);
      }
      for (const { job } of jobs) await first.jobs.cancel(job.id).catch(() => {});
    }),
    { numRuns: 25 },
  );
}, 120_000);
