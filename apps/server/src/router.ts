import { hitlRouter } from "./hitl/hitl-router.ts";
import { jobRouter } from "./jobs/job-router.ts";
import { systemRouter } from "./system/system-router.ts";
import { router } from "./trpc.ts";
import { workerRouter } from "./worker/worker-router.ts";

/** Everything that the server can do. REST is a table over it. */
export const appRouter = router({ jobs: jobRouter, hitl: hitlRouter, worker: workerRouter, system: systemRouter });

export type AppRouter = typeof appRouter;
