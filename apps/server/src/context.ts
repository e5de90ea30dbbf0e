import type { Actor, Fleet, Logger } from "@skill-fleet/core";
import type { FastifyReply, FastifyRequest } from "fastify";

/** What every procedure gets to work with, whichever wire the request came by. */
export interface Context {
  readonly fleet: Pick<Fleet, "jobs" | "prompts" | "leases" | "durability" | "changeFeed" | "check" | "endWaits">;
  /** Who asks. */
  readonly actor: Actor;
  /** Names the request in replies and in the log. */
  readonly requestId: string;
  readonly log: Logger;
  /** Ends when nobody is there any more to take the reply. */
  readonly signal: AbortSignal;
}

/** Makes the context of a request. */
export type ContextOf = (request: FastifyRequest, reply: FastifyReply) => Context;

/** The header in which a program says which door it is; without it, it is the API. */
export const doorHeader = "x-skill-fleet-door";

/** Who calls while the server knows no credentials. */
export function anonymousActor(door: unknown): Actor {
  return { id: "anonymous", via: door === "cli" ? "cli" : "api" };
}
