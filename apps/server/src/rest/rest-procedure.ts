import type { inferRouterInputs, inferRouterOutputs } from "@trpc/server";
import type { AppRouter, ProcedurePath } from "../router.ts";

type Inputs = inferRouterInputs<AppRouter>;
type Outputs = inferRouterOutputs<AppRouter>;

type At<Sections, Path> = Path extends `${infer S extends keyof Sections & string}.${infer Name}`
  ? Sections[S][Name & keyof Sections[S]]
  : never;

type Takes<Input, Path> = undefined extends At<Inputs, Path> ? true : Input extends At<Inputs, Path> ? true : false;

type Returns<Output, Path> = At<Outputs, Path> extends Output ? true : false;

/** The paths of all procedures that take this input and return this output. */
export type ProcedureOf<Input, Output> = {
  [Path in ProcedurePath]: [Takes<Input, Path>, Returns<Output, Path>] extends [true, true] ? Path : never;
}[ProcedurePath];
