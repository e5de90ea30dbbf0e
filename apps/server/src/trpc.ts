import { FleetError } from "@skill-fleet/core";
import { initTRPC, TRPCError } from "@trpc/server";
import type { Context } from "./context.ts";
import { errorTable } from "./error-table.ts";
import { datesAsText } from "./output-dates.ts";
import { translateError } from "./translate-error.ts";

const asIs = (value: unknown) => value;

// The router's public type says `object` where it means Context: otherwise the client's declarations
// would carry everything that Context names, down to the stores. Procedures get it typed, in procedure.ts.
const t = initTRPC.context<object>().create({
  isDev: false,
  transformer: {
    // Inputs are plain JSON: text that stands for a date is read by the schema of the procedure.
    input: { serialize: asIs, deserialize: asIs },
    output: { serialize: datesAsText, deserialize: asIs },
  },
  errorFormatter({ shape, error, ctx }) {
    return { ...shape, data: { ...shape.data, requestId: (ctx as Context | undefined)?.requestId, fleet: describeError(error.cause) } };
  },
});

/** What a program may know of a fleet's error; undefined for one of the wire itself. */
function describeError(cause: unknown) {
  if (!FleetError.is(cause)) return undefined;
  const { code, jobId, details } = cause;
  return { code, jobId, details, retryable: errorTable[code].retryable };
}

/** What a procedure is called with. */
export interface Call<Input> {
  readonly ctx: Context;
  readonly input: Input;
}

/** What runs a procedure, with an input that nobody has looked at. */
export type Run = (call: Call<unknown>) => unknown;

/** What tRPC tells of a call. */
interface TrpcCall {
  readonly ctx: object;
  readonly path: string;
}

/** A procedure as tRPC calls it. */
export function translated(run: Run): (call: TrpcCall) => Promise<unknown> {
  return async (call) => {
    const { path, getRawInput } = call as TrpcCall & { getRawInput(): Promise<unknown> };
    return runTranslated(run, path, { ctx: call.ctx as Context, input: await getRawInput().catch(refuseInput) });
  };
}

/** Runs a procedure, gives every failure its row of the error table, and writes what the caller must not see to the log. */
export async function runTranslated(run: Run, path: string, call: Call<unknown>): Promise<unknown> {
  try {
    return await run(call);
  } catch (thrown) {
    const error = translateError(thrown);
    const { log, requestId } = call.ctx;
    if (error.code === "INTERNAL") log.error({ requestId, err: error.cause, path }, "A request failed");
    throw new TRPCError({ code: errorTable[error.code].trpc, message: error.message, cause: error });
  }
}

/** Refuses what is not JSON, before anybody takes the parser's error for a fault of the server. */
function refuseInput(cause: Error): never {
  throw new TRPCError({ code: "PARSE_ERROR", message: `The input is not JSON: ${cause.message}`, cause });
}

export const router = t.router;
export const procedure = t.procedure;
