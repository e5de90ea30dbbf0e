import type { Json } from "../json.ts";
import type { LeaseAddress } from "./lease.ts";

/**
 * What a handler stores under a name, so that its next run finds it.
 *
 * - `step`: the output of a finished piece of work. Stored once; never changes.
 * - `sleep`: how long a sleep lasts from when it was first stored, in milliseconds. Stored once; never changes.
 * - `checkpoint`: the state of a long loop. The last one stored wins.
 */
export const stepKinds = ["step", "sleep", "checkpoint"] as const;

export type StepKind = (typeof stepKinds)[number];

/** One stored piece of a handler. Its name is unique among those of its kind and job. */
export interface Step {
  readonly kind: StepKind;
  readonly name: string;
  readonly output: Json;
}

/** A step that the holder of a lease stores. */
export interface NewStep extends LeaseAddress, Step {}
