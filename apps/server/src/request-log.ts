import { type FastifyInstance, type FastifyRequest, LogController } from "fastify";
import type { Log } from "./log.ts";

/** Logs each request when it has its reply, for those who ask for detail. For others nobody waits for the end of a reply. */
export function logRequests(app: FastifyInstance, log: Log): void {
  if (!log.isLevelEnabled("debug")) return;
  app.addHook("onResponse", ({ id, method, url }, reply, done) => {
    log.debug({ requestId: id, method, url, status: reply.statusCode, tookMs: Math.round(reply.elapsedTime) }, "Replied");
    done();
  });
}

/** What Fastify says of requests by itself: only of those that ended badly. */
export class RequestLog extends LogController {
  override incomingRequest(): void {}

  override requestCompleted(): void {}

  override routeNotFound(): void {}

  override streamError(error: Error & { code?: string }, { id, log }: FastifyRequest): void {
    if (error.code === "ERR_STREAM_PREMATURE_CLOSE") log.info({ requestId: id }, "stream closed prematurely");
    else log.warn({ requestId: id, err: error }, "response terminated with an error with headers already sent");
  }
}
