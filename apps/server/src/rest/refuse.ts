import { FleetError } from "@skill-fleet/core";
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest, HTTPMethods } from "fastify";
import { translateError } from "../translate-error.ts";
import { UnreadableRequest } from "./json-body.ts";
import { fleetProblem, type Problem, presentProblem, problemMediaType, wireProblem } from "./problem.ts";

/** How long a caller should wait before it tries again when the database was away. */
const retryAfterSeconds = 1;

export function sendProblem(reply: FastifyReply, problem: Problem): FastifyReply {
  if (problem.status === 503) reply.header("retry-after", retryAfterSeconds);
  return reply
    .code(problem.status)
    .type(problemMediaType)
    .send(JSON.stringify(presentProblem(problem)));
}

/** Replies with a problem to whatever no route took. */
export function refuseUnknownRoutes(app: FastifyInstance): void {
  app.setNotFoundHandler((request, reply) => {
    const detail = `There is no ${request.method} ${request.url}. GET /api/v2/docs lists what there is.`;
    return sendProblem(reply, wireProblem("ROUTE_NOT_FOUND", 404, detail, request.id));
  });
  app.setErrorHandler((error, request, reply) => refuse(error, request, reply));
}

/** Replies with a problem to whatever went wrong outside of a procedure. */
export function refuse(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (error instanceof UnreadableRequest) return sendProblem(reply, error.toProblem(request.id));
  if (FleetError.is(error)) return sendProblem(reply, fleetProblem(error, request.id));
  const problem = wireProblemOf(error as FastifyError, request);
  if (problem !== undefined) return sendProblem(reply, problem);
  request.log.error({ requestId: request.id, err: error }, "A request failed");
  return sendProblem(reply, fleetProblem(translateError(error), request.id));
}

/** Tells those who use a known path with another method which ones it has. */
export function refuseOtherMethods(app: FastifyInstance, routes: readonly { method: HTTPMethods; url: string }[]): void {
  const every: HTTPMethods[] = ["GET", "POST", "PUT", "PATCH", "DELETE"];
  for (const url of new Set(routes.map((route) => route.url))) {
    const known = routes.filter((route) => route.url === url).map((route) => route.method);
    const allow = [...known, ...(known.includes("GET") ? ["HEAD"] : [])].join(", ");
    app.route({
      method: every.filter((method) => !known.includes(method)),
      url,
      // Before the body is read: whatever it is, the method is wrong.
      onRequest: async (request, reply) => {
        const detail = `${request.method} is not possible on ${request.url}. It has ${allow}.`;
        return sendProblem(reply.header("allow", allow), wireProblem("METHOD_NOT_ALLOWED", 405, detail, request.id));
      },
      handler: () => undefined,
    });
  }
}

/** What Fastify calls its own refusals. */
function wireProblemOf({ code, statusCode, message }: FastifyError, { id, headers, server }: FastifyRequest): Problem | undefined {
  if (code === "FST_ERR_CTP_BODY_TOO_LARGE") {
    const detail = `The body is larger than this server takes: ${server.initialConfig.bodyLimit} bytes.`;
    return wireProblem("BODY_TOO_LARGE", 413, detail, id);
  }
  if (code === "FST_ERR_CTP_INVALID_MEDIA_TYPE") {
    const detail = `Bodies are JSON: send "Content-Type: application/json", not ${JSON.stringify(headers["content-type"])}.`;
    return wireProblem("UNSUPPORTED_MEDIA_TYPE", 415, detail, id);
  }
  if (statusCode === 503) return wireProblem("SHUTTING_DOWN", 503, "This server is about to stop.", id);
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) return wireProblem("MALFORMED_REQUEST", statusCode, message, id);
  return undefined;
}
