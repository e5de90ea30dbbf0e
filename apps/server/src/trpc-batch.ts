import type { IncomingHttpHeaders } from "node:http";
import { getTRPCErrorFromUnknown, getTRPCErrorShape, transformTRPCResponse } from "@trpc/server";
import { getHTTPStatusCode } from "@trpc/server/http";
import type { FastifyRequest } from "fastify";
import type { Context } from "./context.ts";
import { runOf } from "./procedure.ts";
import { appRouter, findProcedure } from "./router.ts";
import { type Run, runTranslated } from "./trpc.ts";
import { decodeUtf8 } from "./trpc-request.ts";

/** Where a batch is found in a request. A parameter that is there twice is a list. */
export interface BatchRequest {
  Params: { readonly path: string };
  Querystring: Readonly<Record<"batch" | "input" | "connectionParams", unknown>>;
  Body: unknown;
}

/** A call of a batch. */
interface BatchCall {
  readonly path: string;
  readonly type: "query" | "mutation";
  readonly run: Run;
  readonly input: unknown;
}

/** What a batch replies. */
export interface BatchReply {
  readonly status: number;
  /** JSON. */
  readonly body: string;
}

/**
 * The calls of a batch, which is how the typed SDK sends one call as well as many, except those that wait. Undefined for a
 * request that is anything else, or that has a fault: tRPC knows what to say of it.
 */
export function readBatch(request: FastifyRequest<BatchRequest>, maxSize: number): BatchCall[] | undefined {
  const { method, headers, query, params, body } = request;
  if (query.batch !== "1" || query.connectionParams !== undefined || saysWhatItAccepts(headers)) return undefined;
  const type = callableType(method, headers["content-type"]);
  const paths = params.path.split(",");
  if (type === undefined || paths.length > maxSize) return undefined;
  const calls: Omit<BatchCall, "input">[] = [];
  for (const path of paths) {
    const procedure = findProcedure(path);
    if (procedure?._def.type !== type) return undefined;
    calls.push({ path, type, run: runOf(procedure) });
  }
  const inputs = parseInputs(type === "query" ? query.input : body);
  return inputs && calls.map((call, index) => ({ ...call, input: inputs[index] }));
}

/** A stream, or whatever else it is that a request wants to have in its own way. */
function saysWhatItAccepts(headers: IncomingHttpHeaders): boolean {
  return "trpc-accept" in headers || headers.accept?.includes("jsonl") === true;
}

const jsonMediaType = "application/json";

/** What a request may call. A POST has to say that it is JSON: a page of another origin may do so only if the server lets it. */
function callableType(method: string, contentType: string | undefined): BatchCall["type"] | undefined {
  if (method === "GET" && (contentType === undefined || contentType === jsonMediaType)) return "query";
  return method === "POST" && contentType === jsonMediaType ? "mutation" : undefined;
}

/** The input of each call by its index; undefined for what is no such thing. */
function parseInputs(source: unknown): Record<number, unknown> | undefined {
  try {
    const text = source instanceof Buffer ? decodeUtf8(source) : (source ?? "");
    if (text === "") return {};
    if (typeof text !== "string") return undefined;
    const inputs: unknown = JSON.parse(text);
    return typeof inputs === "object" && inputs !== null && !Array.isArray(inputs) ? (inputs as Record<number, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Makes all calls of a batch at once, and replies what tRPC would at a fraction of the cost: `resolveResponse` makes a
 * `Response` for each request, and for each call two signals, which no procedure here listens to, and a chain of functions.
 *
 * @throws what the writing of JSON throws, which is a fault of the server
 */
export async function answerBatch(calls: readonly BatchCall[], ctx: Context): Promise<BatchReply> {
  const { _config: config } = appRouter._def;
  const responses = await Promise.all(
    calls.map(async ({ path, type, run, input }) => {
      try {
        return { result: { data: await runTranslated(run, path, { ctx, input }) } };
      } catch (thrown) {
        return { error: getTRPCErrorShape({ config, error: getTRPCErrorFromUnknown(thrown), type, path, input, ctx }) };
      }
    }),
  );
  return { status: getHTTPStatusCode(responses), body: JSON.stringify(transformTRPCResponse(config, responses)) };
}
