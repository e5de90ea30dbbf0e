import { type FastifyInstance, type FastifyRequest, LogController } from "fastify";
import type { Log } from "./log.ts";

/**
 * Whether requests are logged is decided once. Fastify is not told of the log as its own: it would then listen for the
 * end of every reply, which costs as much as finding the job.
 */
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
