import type { Context } from "./context.ts";
import { hitlRouter } from "./hitl/hitl-router.ts";
import { jobRouter } from "./jobs/job-router.ts";
import { systemRouter } from "./system/system-router.ts";
import { createCallerFactory, router } from "./trpc.ts";

/** Everything that the server can do. REST is a table over it. */
export const appRouter = router({ jobs: jobRouter, hitl: hitlRouter, system: systemRouter });

const callerFactory = createCallerFactory(appRouter);

export type AppRouter = typeof appRouter;

/** Makes the caller that runs procedures in this process, for one context. */
export const createCaller: (context: Context) => ReturnType<typeof callerFactory> = callerFactory;

export type Caller = ReturnType<typeof createCaller>;
