import type { Actor, Fleet, Logger } from "@skill-fleet/core";

/** What every procedure gets to work with, whichever wire the request came by. */
export interface Context {
  readonly fleet: Pick<Fleet, "jobs" | "prompts" | "durability" | "check">;
  /** Who asks. */
  readonly actor: Actor;
  /** Names the request in replies and in the log. */
  readonly requestId: string;
  readonly log: Logger;
}

/** Who calls while the server knows no credentials. */
export const anonymousActor: Actor = { id: "anonymous", via: "api" };
