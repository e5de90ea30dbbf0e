import fastifySwagger from "@fastify/swagger";
import fastifySwaggerUi from "@fastify/swagger-ui";
import { callTRPCProcedure } from "@trpc/server";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Context } from "../context.ts";
import { appRouter } from "../router.ts";
import { translateError } from "../translate-error.ts";
import { highestVersion, isKnown, knownTags } from "./conditional-read.ts";
import { inputFields, pathInRequest } from "./input-fields.ts";
import { openApiDocument } from "./openapi.ts";
import { compilePresenter } from "./present.ts";
import { fleetProblem } from "./problem.ts";
import { readInput } from "./read-input.ts";
import { refuseOtherMethods, sendProblem } from "./refuse.ts";
import { type RestRoute, restPrefix } from "./rest-route.ts";
import { restTable } from "./rest-table.ts";
import { toJsonSchema } from "./wire-schema.ts";

/** Serves the REST table, its description, and a page to read that. */
export async function serveRest(app: FastifyInstance, contextOf: (request: FastifyRequest) => Context): Promise<void> {
  for (const route of restTable) serveRoute(app, route, contextOf);
  refuseOtherMethods(
    app,
    restTable.map(({ method, path }) => ({ method, url: fastifyUrl(path) })),
  );
  const document = openApiDocument(restTable);
  app.get(`${restPrefix}/openapi.json`, () => document);
  await app.register(fastifySwagger, { mode: "static", specification: { document: document as never } });
  await app.register(fastifySwaggerUi, { routePrefix: `${restPrefix}/docs`, uiConfig: { deepLinking: true } });
}

function serveRoute(app: FastifyInstance, route: RestRoute, contextOf: (request: FastifyRequest) => Context): void {
  const fields = inputFields(route);
  const present = compilePresenter(toJsonSchema(route.output, "output"));
  app.route({
    method: route.method,
    url: fastifyUrl(route.path),
    handler: async (request: FastifyRequest, reply: FastifyReply) => {
      const input = readInput(fields, request);
      const known = route.conditional ? knownTags(request.headers["if-none-match"]) : [];
      // Whoever has a version has seen it: no older copy may come in its place.
      if (known.length > 0) input["minVersion"] = highestVersion(known, input["minVersion"]);
      try {
        const output = await runProcedure(route, input, contextOf(request), route.waits ? untilGone(reply) : undefined);
        const { status = route.status, headers = {} } = route.reply?.(output as never) ?? {};
        reply.headers(headers);
        if (isKnown(known, headers["etag"])) return reply.code(304).send();
        return reply.code(status).send(present(output));
      } catch (error) {
        const problem = fleetProblem(translateError(error), request.id, (path) => pathInRequest(fields, path));
        return sendProblem(reply, problem);
      }
    },
  });
}

/** Runs the procedure of a route in this process. */
function runProcedure({ method, procedure }: RestRoute, input: unknown, ctx: Context, signal: AbortSignal | undefined): Promise<unknown> {
  const type = method === "GET" ? "query" : "mutation";
  return callTRPCProcedure({ router: appRouter, path: procedure, type, ctx, signal, getRawInput: async () => input, batchIndex: 0 });
}

/** Ends when nobody is there any more to take the reply: whoever waited for it need not be waited for. */
function untilGone({ raw }: FastifyReply): AbortSignal {
  const controller = new AbortController();
  raw.once("close", () => raw.writableFinished || controller.abort());
  return controller.signal;
}

/** Fastify writes a parameter with a colon. */
function fastifyUrl(path: string): string {
  return path.replace(/\{(\w+)\}/g, ":$1");
}
