import { fetchRequestHandler } from "@trpc/server/adapters/fetch";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Context } from "./context.ts";
import { appRouter } from "./router.ts";
import { toFetchRequest } from "./trpc-request.ts";

/** How many calls one batch may have. */
const maxBatchSize = 100;

/**
 * Serves tRPC through its adapter for fetch. The one for Fastify makes every reply a stream, which costs more
 * than most calls do.
 */
export async function serveTrpc(app: FastifyInstance, contextOf: (request: FastifyRequest) => Context): Promise<void> {
  await app.register(async (scope) => {
    // What a body means is for tRPC to say.
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser(["application/json", "multipart/form-data"], { parseAs: "buffer" }, (_request, body, done) =>
      done(null, body),
    );
    scope.all("/trpc/:path", async (request, reply) => {
      const req = toFetchRequest(request, reply);
      const createContext = () => contextOf(request);
      return sendResponse(reply, await fetchRequestHandler({ endpoint: "/trpc", router: appRouter, req, createContext, maxBatchSize }));
    });
  });
}

async function sendResponse(reply: FastifyReply, response: Response): Promise<FastifyReply> {
  // A stream has its results one by one, each when it is there.
  if (response.headers.has("transfer-encoding")) return reply.send(response);
  for (const [name, value] of response.headers) reply.header(name, value);
  return reply.code(response.status).send(response.body === null ? undefined : Buffer.from(await response.arrayBuffer()));
}
