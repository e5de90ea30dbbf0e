import { setMaxListeners } from "node:events";
import type { FastifyReply, FastifyRequest } from "fastify";
import { anonymousActor, type Context, doorHeader } from "./context.ts";

/** The context of a request that came over HTTP. */
export class RequestContext implements Context {
  readonly fleet;
  readonly actor;
  readonly requestId;
  readonly log;
  readonly #reply: FastifyReply;
  #signal: AbortSignal | undefined;

  constructor({ fleet, log }: Pick<Context, "fleet" | "log">, { id, headers }: FastifyRequest, reply: FastifyReply) {
    this.fleet = fleet;
    this.actor = anonymousActor(headers[doorHeader]);
    this.requestId = id;
    this.log = log;
    this.#reply = reply;
  }

  /** Made when it is asked for: few procedures wait, and every reply would have a listener. */
  get signal(): AbortSignal {
    this.#signal ??= untilGone(this.#reply);
    return this.#signal;
  }
}

function untilGone({ raw }: FastifyReply): AbortSignal {
  if (raw.closed) return AbortSignal.abort();
  const gone = new AbortController();
  // Of a batch each call may listen.
  setMaxListeners(0, gone.signal);
  raw.once("close", () => raw.writableFinished || gone.abort());
  return gone.signal;
}
