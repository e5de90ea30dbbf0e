import type { Actor, Fleet, Logger } from "@skill-fleet/core";

/** What every procedure gets to work with, whichever wire the request came by. */
export interface Context {
  readonly fleet: Pick<Fleet, "jobs" | "prompts" | "leases" | "durability" | "changeFeed" | "check" | "endWaits">;
  /** Who asks. */
  readonly actor: Actor;
  /** Names the request in replies and in the log. */
  readonly requestId: string;
  readonly log: Logger;
}

/** The header in which a program says which door it is; without it, it is the API. */
export const doorHeader = "x-skill-fleet-door";

/** Who calls while the server knows no credentials. */
export function anonymousActor(door: unknown): Actor {
  return { id: "anonymous", via: door === "cli" ? "cli" : "api" };
}
