import type { Context } from "./context.ts";
import { hitlRouter } from "./hitl/hitl-router.ts";
import { jobRouter } from "./jobs/job-router.ts";
import { systemRouter } from "./system/system-router.ts";
import { createCallerFactory, router } from "./trpc.ts";
import { workerRouter } from "./worker/worker-router.ts";

/** Everything that the server can do. REST is a table over it. */
export const appRouter = router({ jobs: jobRouter, hitl: hitlRouter, worker: workerRouter, system: systemRouter });

const callerFactory = createCallerFactory(appRouter);

export type AppRouter = typeof appRouter;

export interface CallerOptions {
  /** Ends when the one who asked has gone. */
  readonly signal?: AbortSignal;
}

/** Makes the caller that runs procedures in this process, for one context. */
export const createCaller: (context: Context, options?: CallerOptions) => ReturnType<typeof callerFactory> = callerFactory;

export type Caller = ReturnType<typeof createCaller>;
