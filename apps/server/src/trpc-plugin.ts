import { resolveResponse } from "@trpc/server/http";
import type { FastifyInstance, FastifyReply } from "fastify";
import type { ContextOf } from "./context.ts";
import { appRouter } from "./router.ts";
import { answerBatch, type BatchReply, type BatchRequest, readBatch } from "./trpc-batch.ts";
import { toFetchRequest } from "./trpc-request.ts";

/** How many calls one batch may have. */
const maxBatchSize = 100;

const prefix = "/trpc/";

/**
 * Serves tRPC: plain batches by itself, and everything else by what the adapters of tRPC are made of. The one for Fastify
 * makes every reply a stream, which costs more than most calls do, and the one for fetch reads a request that is made for it.
 */
export async function serveTrpc(app: FastifyInstance, contextOf: ContextOf): Promise<void> {
  await app.register(async (scope) => {
    // What a body means is for tRPC to say.
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser(["application/json", "multipart/form-data"], { parseAs: "buffer" }, (_request, body, done) =>
      done(null, body),
    );
    scope.all<BatchRequest>(`${prefix}:path`, async (request, reply) => {
      const batch = readBatch(request, maxBatchSize);
      if (batch !== undefined) return sendBatch(reply, await answerBatch(batch, contextOf(request, reply)));
      const req = toFetchRequest(request);
      // As it is in the address: tRPC decodes it.
      const [path = ""] = request.url.slice(prefix.length).split("?", 1);
      const createContext = async () => contextOf(request, reply);
      return sendResponse(reply, await resolveResponse({ router: appRouter, req, path, createContext, error: null, maxBatchSize }));
    });
  });
}

async function sendResponse(reply: FastifyReply, response: Response): Promise<FastifyReply> {
  // A stream has its results one by one, each when it is there.
  if (response.headers.has("transfer-encoding")) return reply.send(response);
  for (const [name, value] of response.headers) setHeader(reply, name, value);
  return reply.code(response.status).send(response.body === null ? undefined : Buffer.from(await response.arrayBuffer()));
}

function sendBatch(reply: FastifyReply, { status, body }: BatchReply): FastifyReply {
  reply.header("content-type", "application/json");
  setHeader(reply, "vary", "trpc-accept, accept");
  // Of text Fastify would say in which charset it is, which JSON has one of only.
  return reply.code(status).send(Buffer.from(body));
}

function setHeader(reply: FastifyReply, name: string, value: string): void {
  // What CORS makes it vary by stays.
  const known = name === "vary" ? reply.getHeader(name) : undefined;
  reply.header(name, known === undefined ? value : `${known}, ${value}`);
}
