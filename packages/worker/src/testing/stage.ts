import { createClient, defineJob } from "@skill-fleet/client";
import { type Fleet, type Job, type OpenPrompt, openFleet, type Persistence } from "@skill-fleet/core";
import { createLog, createServer } from "@skill-fleet/server";
import { z } from "zod";
import type { Handler, HandlerOptions } from "../handler-run.ts";
import { createWorker, type Worker, type WorkerOptions } from "../worker.ts";
import type { WorkerBackend } from "../worker-backend.ts";

/** Short, so that tests of dead workers are; a beat comes every sixth of it. */
const leaseTimeoutMs = 1_500;

const activeStatuses = ["pending", "running", "pending_hitl"] as const;

/** A job with whatever input and result, and three questions. */
export const play = defineJob({
  type: "play",
  input: z.object({ n: z.number().default(0) }).nullish(),
  result: z.unknown(),
  prompts: {
    choose: { data: z.object({ options: z.array(z.string()) }), response: z.object({ choice: z.string() }) },
    confirm: { response: z.object({ action: z.enum(["proceed", "revise", "cancel"]) }) },
    anything: {},
  },
});

/** A fleet with the door to it that workers use. Workers that a test has made end with it. */
export interface Stage extends AsyncDisposable {
  readonly fleet: Fleet;
  readonly backend: WorkerBackend;
  /** Makes a worker for `play` and starts it. */
  perform(handler: Handler<typeof play>, options?: Partial<WorkerOptions> & HandlerOptions): Promise<Worker>;
  /** Creates a job of type `play`. */
  create(options?: Parameters<Fleet["jobs"]["create"]>[0]): Promise<string>;
  /** The job as soon as it is like this. */
  until(jobId: string, condition: (job: Job) => boolean): Promise<Job>;
  /** The job once it has ended. */
  ended(jobId: string): Promise<Job>;
  /** The prompt that the job waits with. */
  asked(jobId: string): Promise<OpenPrompt>;
}

export interface StageOptions {
  readonly persistence?: Persistence;
  /** `process`: the worker calls the fleet itself. `wire`: through a server and the client. */
  readonly door?: "process" | "wire";
}

export async function openStage({ persistence = { kind: "memory" }, door = "process" }: StageOptions = {}): Promise<Stage> {
  const fleet = await openFleet({ persistence, leaseTimeoutMs });
  const entrance = door === "process" ? { backend: fleet.leases, close: async () => {} } : await openWire(fleet);
  const workers: Worker[] = [];
  // What a server does every second.
  const sweep = setInterval(
    () => void Promise.allSettled([fleet.leases.expireOverdue(), fleet.jobs.expireOverdue(), fleet.prompts.expireOverdue()]),
    100,
  );
  const until: Stage["until"] = async (jobId, condition) => {
    let job = await fleet.jobs.get(jobId);
    while (!condition(job)) job = await fleet.jobs.waitForChange(jobId, { afterVersion: job.version });
    return job;
  };
  return {
    fleet,
    backend: entrance.backend,
    perform: async (handler, { attemptTimeoutMs, retryAfterMs, ...options } = {}) => {
      const worker = createWorker({ backend: entrance.backend, ...options }).handle(play, handler, { attemptTimeoutMs, retryAfterMs });
      workers.push(worker);
      await worker.start();
      return worker;
    },
    create: async (job = {}) => (await fleet.jobs.create({ type: "play", ...job })).job.id,
    until,
    ended: (jobId) => until(jobId, ({ completedAt }) => completedAt !== null),
    asked: async (jobId) => {
      await until(jobId, ({ status }) => status === "pending_hitl");
      return fleet.prompts.current(jobId);
    },
    [Symbol.asyncDispose]: async () => {
      clearInterval(sweep);
      await Promise.all(workers.map((worker) => worker.stop({ drainMs: 0 })));
      await leaveNothing(fleet);
      await entrance.close();
      await fleet.close();
    },
  };
}

/** The next test on the same database finds no work of this one. */
async function leaveNothing({ jobs }: Fleet): Promise<void> {
  for (;;) {
    const page = await jobs.list({ type: play.type, status: activeStatuses, limit: 200 });
    if (page.jobs.length === 0) return;
    await Promise.all(page.jobs.map(({ id }) => jobs.cancel(id)));
  }
}

async function openWire(fleet: Fleet): Promise<{ backend: WorkerBackend; close(): Promise<void> }> {
  const server = await createServer({
    fleet,
    log: createLog({ format: "json", level: "critical" }),
    corsOrigins: [],
    maxBodyBytes: 1_000_000,
  });
  const url = await server.listen({ host: "127.0.0.1", port: 0 });
  return { backend: createClient({ url }).worker, close: () => server.close() };
}
