import { isUtf8 } from "node:buffer";
import type { FastifyInstance } from "fastify";
import type { Problem } from "./problem.ts";
import { wireProblem } from "./problem.ts";

/** A request that cannot be read, as the problem that it is. */
export class UnreadableRequest extends Error {
  readonly toProblem: (requestId: string) => Problem;

  constructor(...[code, status, detail]: [Parameters<typeof wireProblem>[0], number, string]) {
    super(detail);
    this.toProblem = (requestId) => wireProblem(code, status, detail, requestId);
  }
}

/**
 * Reads JSON bodies. An empty body is none, whatever its content type says. A key such as
 * `__proto__` is data like any other: nothing here copies bodies by assignment.
 */
export function acceptJsonBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("application/json", { parseAs: "buffer" }, (_request, body: Buffer, done) => {
    if (body.length === 0) return done(null, undefined);
    if (!isUtf8(body)) return done(new UnreadableRequest("MALFORMED_REQUEST", 400, "The body is not UTF-8."));
    try {
      done(null, JSON.parse(body.toString("utf8")));
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      done(new UnreadableRequest("MALFORMED_REQUEST", 400, `The body is not JSON: ${reason}`));
    }
  });
}
