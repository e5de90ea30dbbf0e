import { type FastifyReply, type FastifyRequest, LogController } from "fastify";

/** What the log says of each request: one line when it has its reply, for those who ask for detail. */
export class RequestLog extends LogController {
  constructor() {
    super({ requestIdLogLabel: "requestId" });
  }

  override incomingRequest(): void {}

  override routeNotFound(): void {}

  override requestCompleted(error: Error | null | undefined, { method, url, log }: FastifyRequest, reply: FastifyReply): void {
    if (log.level !== "debug") return;
    log.debug({ method, url, status: reply.statusCode, tookMs: Math.round(reply.elapsedTime), ...(error && { err: error }) }, "Replied");
  }
}
