import type { RestRoute } from "./rest-route.ts";
import { hitlRoutes } from "./tables/hitl.ts";
import { jobRoutes } from "./tables/jobs.ts";
import { systemRoutes } from "./tables/system.ts";
import { workerRoutes } from "./tables/worker.ts";

/** THE table of the REST surface. */
export const restTable: readonly RestRoute[] = [...jobRoutes, ...hitlRoutes, ...workerRoutes, ...systemRoutes];
