/** Who did something, and through which door. Taken from the credentials, never from a body. */
export interface Actor {
  /** The name that the history shows. */
  readonly id: string;
  /** The door: how the request came in. */
  readonly via: Door;
}

export type Door = "api" | "cli" | "process";

/** Code that calls the fleet in its own process and names nobody. */
export const processActor: Actor = { id: "process", via: "process" };

/** Time itself: what a deadline does, nobody does. */
export const deadlineActor: Actor = { id: "deadline", via: "process" };
