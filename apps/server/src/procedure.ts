import type { TRPCMutationProcedure, TRPCQueryProcedure } from "@trpc/server";
import { z } from "zod";
import { type Call, procedure, type Run, translated } from "./trpc.ts";

type Resolver<Schema extends z.ZodType, Output> = (call: Call<z.output<Schema>>) => Output | Promise<Output>;

/** What clients know of a procedure. tRPC reads the input off a step of its own only, of which there is none here: it has to be told. */
type Types<Schema extends z.ZodType, Output> = { input: z.input<Schema>; output: Output; meta: object };

/** The input of procedures that take none: nobody looks at it. */
export const noInput: z.ZodType<void, void> = z.any();

const runs = new WeakMap<object, Run>();

/** A procedure that reads. */
export function query<Schema extends z.ZodType, Output>(schema: Schema, resolver: Resolver<Schema, Output>) {
  const run = checked(schema, resolver);
  return runnable(procedure.query(translated(run)), run) as TRPCQueryProcedure<Types<Schema, Output>>;
}

/** A procedure that writes. */
export function mutation<Schema extends z.ZodType, Output>(schema: Schema, resolver: Resolver<Schema, Output>) {
  const run = checked(schema, resolver);
  return runnable(procedure.mutation(translated(run)), run) as TRPCMutationProcedure<Types<Schema, Output>>;
}

/**
 * The schema is ours to ask, and not tRPC's in a step of its own: it copies all that it knows of a call for each of its
 * steps, which costs more than most procedures.
 */
function checked<Schema extends z.ZodType>(schema: Schema, resolver: Resolver<Schema, unknown>): Run {
  return ({ ctx, input }) => resolver({ ctx, input: schema.parse(input) });
}

function runnable(made: object, run: Run): object {
  runs.set(made, run);
  return made;
}

/**
 * What runs a procedure in this process. It throws what was thrown: to say it in words of the wire is for that wire.
 * The chain that tRPC runs for each call on its own wire costs more than most procedures themselves.
 */
export function runOf(procedure: object): Run {
  const run = runs.get(procedure);
  if (run === undefined) throw new Error("A procedure of the router was not made by query or mutation.");
  return run;
}
