import { randomUUID } from "node:crypto";
import type { Socket } from "node:net";
import Fastify, { type FastifyBaseLogger, type FastifyInstance } from "fastify";
import type { Context, ContextOf } from "./context.ts";
import type { Log } from "./log.ts";
import { RequestContext } from "./request-context.ts";
import { logRequests, RequestLog } from "./request-log.ts";
import { acceptJsonBodies } from "./rest/json-body.ts";
import { refuse, refuseUnknownRoutes } from "./rest/refuse.ts";
import { serveRest } from "./rest/rest-plugin.ts";
import { serveTrpc } from "./trpc-plugin.ts";

export interface ServerParts {
  readonly fleet: Context["fleet"];
  readonly log: Log;
  /** Origins whose pages may call; `*` for any. */
  readonly corsOrigins: readonly string[];
  readonly maxBodyBytes: number;
}

export interface Server {
  /** Starts to take requests and returns the address, also when the port was left open (0). */
  listen(address: { host: string; port: number }): Promise<string>;
  /** Takes no new requests and returns when those under way have their replies. Safe to call twice. */
  close(): Promise<void>;
}

/** Procedures check what comes in, and no route has a schema of Fastify's own: its compilers need not be loaded. */
const withoutRouteSchemas = { buildValidator: refuseSchemas, buildSerializer: refuseSchemas };

function refuseSchemas(): never {
  throw new Error("A route has a schema of Fastify's own.");
}

/** Builds the server: tRPC at `/trpc`, REST at `/api/v2`, and the two probes. Nothing runs before `listen`. */
export async function createServer({ fleet, log, corsOrigins, maxBodyBytes }: ServerParts): Promise<Server> {
  const app = Fastify({
    logController: new RequestLog(),
    // As the log of each request, not as Fastify's own: it would then listen for the end of every reply. A child for each
    // request would cost more than the few lines that say their request's id themselves.
    childLoggerFactory: () => log as FastifyBaseLogger,
    bodyLimit: maxBodyBytes,
    forceCloseConnections: "idle",
    genReqId: () => randomUUID(),
    routerOptions: { maxParamLength: 5_000 },
    frameworkErrors: refuse,
    schemaController: { compilersFactory: withoutRouteSchemas },
  });
  // Or those who wait for a job, or for work, would hold up the end.
  app.addHook("preClose", async () => fleet.endWaits());
  const contextOf: ContextOf = (request, reply) => new RequestContext({ fleet, log }, request, reply);

  /** Fastify asks for a text of each address that it listens on. */
  const sayAddress = (url: string) => {
    const text = `Listening on ${url}`;
    // Whoever stops it needs the process itself: what started it may not pass a signal on.
    log.info({ pid: process.pid }, text);
    return text;
  };

  logRequests(app, log);
  acceptJsonBodies(app);
  refuseUnknownRoutes(app);
  app.addHook("onRequest", (request, reply, done) => {
    reply.header("x-request-id", request.id);
    done();
  });
  closeConnectionsWithTheServer(app);
  if (corsOrigins.length > 0) {
    await app.register(import("@fastify/cors"), {
      origin: corsOrigins.includes("*") ? "*" : [...corsOrigins],
      methods: ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"],
      exposedHeaders: ["etag", "location", "retry-after", "x-request-id"],
    });
  }
  await serveTrpc(app, contextOf);
  serveRest(app, contextOf);

  return {
    listen: (address) => app.listen({ ...address, listenTextResolver: sayAddress }),
    close: () => app.close(),
  };
}

/** Clients that keep a connection after the last reply, or open one before they need it, would hold up the end. */
function closeConnectionsWithTheServer(app: FastifyInstance): void {
  const unused = new Set<Socket>();
  let closing = false;
  app.server.on("connection", (socket: Socket) => {
    unused.add(socket);
    socket.once("close", () => unused.delete(socket));
  });
  app.addHook("onRequest", ({ raw }, _reply, done) => {
    unused.delete(raw.socket);
    done();
  });
  app.addHook("preClose", async () => {
    closing = true;
    for (const socket of unused) socket.destroy();
  });
  app.addHook("onSend", (_request, reply, _payload, done) => {
    if (closing) reply.header("connection", "close");
    done();
  });
}
