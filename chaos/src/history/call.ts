import type { JobStatus } from "@skill-fleet/core";

/** What clients do. */
export type Action =
  | "create"
  | "get"
  | "update"
  | "cancel"
  | "retry"
  | "open"
  | "respond"
  | "inbox"
  | "register"
  | "claim"
  | "progress"
  | "complete"
  | "fail"
  | "release"
  | "ask";

/** A job as a reply showed it. */
export interface SeenJob {
  readonly id: string;
  readonly version: number;
  readonly status: JobStatus;
  readonly run: number;
  /** Whether the reply said itself that the copy may be old: the database could not be reached. */
  readonly stale: boolean;
}

/**
 * What became of a call, as far as its client knows.
 *
 * - `ok`: it was acknowledged.
 * - `refused`: the fleet said no, so it has changed nothing.
 * - `unknown`: no reply came, or one that leaves it open. It may have happened, or happen later.
 */
export type Outcome =
  | { readonly kind: "ok"; readonly jobs: readonly SeenJob[] }
  | { readonly kind: "refused"; readonly code: string }
  | { readonly kind: "unknown"; readonly code: string };

/** One line of the history: what a client asked of which instance, when, and what came of it. */
export interface Call {
  readonly number: number;
  readonly client: number;
  readonly instance: number;
  readonly action: Action;
  /** The job that it is about. Undefined for those that are about none or many. */
  readonly jobId?: string | undefined;
  readonly promptId?: string | undefined;
  /** The run that a worker's write names. */
  readonly run?: number | undefined;
  readonly workerId?: string | undefined;
  readonly ifVersion?: number | undefined;
  readonly minVersion?: number | undefined;
  /** What is found in the database exactly when the call has happened, and by nothing else. Undefined: it leaves no such mark. */
  readonly mark?: string | undefined;
  /** Whether the client repeats it by itself when no reply comes: a refusal may then be about what its first try did. */
  readonly insists: boolean;
  /** By one monotonic clock for all clients. */
  readonly startedMs: number;
  readonly endedMs: number;
  readonly outcome: Outcome;
}

/** The jobs of the reply, if there was one. */
export function jobsOf({ outcome }: Call): readonly SeenJob[] {
  return outcome.kind === "ok" ? outcome.jobs : [];
}
