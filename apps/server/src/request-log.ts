import { type FastifyReply, type FastifyRequest, LogController } from "fastify";

/** What the log says of each request: one line when it has its reply, for those who ask for detail. */
export class RequestLog extends LogController {
  override incomingRequest(): void {}

  override routeNotFound(): void {}

  override streamError(error: Error & { code?: string }, { id, log }: FastifyRequest, reply: FastifyReply): void {
    if (error.code === "ERR_STREAM_PREMATURE_CLOSE") log.info({ requestId: id, res: reply }, "stream closed prematurely");
    else log.warn({ requestId: id, err: error }, "response terminated with an error with headers already sent");
  }

  override requestCompleted(error: Error | null | undefined, { id, method, url, log }: FastifyRequest, reply: FastifyReply): void {
    if (log.level !== "debug") return;
    log.debug(
      { requestId: id, method, url, status: reply.statusCode, tookMs: Math.round(reply.elapsedTime), ...(error && { err: error }) },
      "Replied",
    );
  }
}
