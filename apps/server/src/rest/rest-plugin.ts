import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { ContextOf } from "../context.ts";
import { madeOnce } from "../made-once.ts";
import { runOf } from "../procedure.ts";
import { procedureAt } from "../router.ts";
import { translateError } from "../translate-error.ts";
import { highestVersion, isKnown, knownTags } from "./conditional-read.ts";
import { serveDescription } from "./description.ts";
import { inputFields, pathInRequest } from "./input-fields.ts";
import { once } from "./once.ts";
import { compilePresenter } from "./present.ts";
import { fleetProblem } from "./problem.ts";
import { inputReader } from "./read-input.ts";
import { refuseOtherMethods, sendProblem } from "./refuse.ts";
import type { RestRoute } from "./rest-route.ts";
import { restTable } from "./rest-table.ts";
import { toJsonSchema } from "./wire-schema.ts";

const jsonMediaType = "application/json; charset=utf-8";

/** Serves the REST table, its description, and a page to read that. */
export function serveRest(app: FastifyInstance, contextOf: ContextOf): void {
  for (const route of restTable) serveRoute(app, route, contextOf);
  refuseOtherMethods(
    app,
    restTable.map(({ method, path }) => ({ method, url: fastifyUrl(path) })),
  );
  serveDescription(app);
}

function serveRoute(app: FastifyInstance, route: RestRoute, contextOf: ContextOf): void {
  const run = runOf(procedureAt(route.procedure));
  // With the first request: most of a start would go into routes that nobody asks for.
  const shapes = once(() => {
    const fields = inputFields(route);
    const present = compilePresenter(toJsonSchema(route.output, "output"));
    const write = (output: unknown) => JSON.stringify(present(output));
    return { fields, readInput: inputReader(fields), writeJson: route.conditional ? madeOnce(write) : write };
  });
  app.route({
    method: route.method,
    url: fastifyUrl(route.path),
    handler: async (request: FastifyRequest, reply: FastifyReply) => {
      const { fields, readInput, writeJson } = shapes();
      const input = readInput(request);
      const known = route.conditional ? knownTags(request.headers["if-none-match"]) : [];
      // Whoever has a version has seen it: no older copy may come in its place.
      if (known.length > 0) input["minVersion"] = highestVersion(known, input["minVersion"]);
      try {
        const output = await run({ ctx: contextOf(request, reply), input });
        const { isRepetition = false, headers = {} } = route.reply?.(output as never) ?? {};
        const status = isRepetition ? (route.repeatedStatus ?? route.status) : route.status;
        reply.headers(headers);
        if (isKnown(known, headers["etag"])) return reply.code(304).send();
        if (output === undefined) return reply.code(status).send();
        return reply
          .code(status)
          .type(jsonMediaType)
          .send(writeJson(output as object));
      } catch (thrown) {
        const error = translateError(thrown);
        if (error.code === "INTERNAL")
          request.log.error({ requestId: request.id, err: error.cause, path: route.procedure }, "A request failed");
        const problem = fleetProblem(error, request.id, (path) => pathInRequest(fields, path));
        return sendProblem(reply, problem);
      }
    },
  });
}

/** Fastify writes a parameter with a colon. */
function fastifyUrl(path: string): string {
  return path.replace(/\{(\w+)\}/g, ":$1");
}
