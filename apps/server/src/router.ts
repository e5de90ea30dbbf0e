import type { AnyTRPCProcedure, inferRouterInputs } from "@trpc/server";
import { hitlRouter } from "./hitl/hitl-router.ts";
import { jobRouter } from "./jobs/job-router.ts";
import { systemRouter } from "./system/system-router.ts";
import { router } from "./trpc.ts";
import { workerRouter } from "./worker/worker-router.ts";

/** Everything that the server can do. REST is a table over it. */
export const appRouter = router({ jobs: jobRouter, hitl: hitlRouter, worker: workerRouter, system: systemRouter });

export type AppRouter = typeof appRouter;

type Inputs = inferRouterInputs<AppRouter>;

/** What a procedure is called, for example `jobs.get`. */
export type ProcedurePath = { [Section in keyof Inputs & string]: `${Section}.${keyof Inputs[Section] & string}` }[keyof Inputs & string];

/** Without a prototype. */
const procedures = appRouter._def.procedures as unknown as Readonly<Record<string, AnyTRPCProcedure | undefined>>;

/** The procedure of this path. */
export function procedureAt(path: ProcedurePath): object {
  return procedures[path] as object;
}

/** The procedure of a path that somebody sent; undefined if there is none. */
export function findProcedure(path: string): AnyTRPCProcedure | undefined {
  return procedures[path];
}
