import { randomUUID } from "node:crypto";
import { validate } from "uuid";
import { uuidv7 } from "uuidv7";

/**
 * A new id: a UUIDv7, so that ids made later sort later and fill an index from its end.
 *
 * From a package that asks the system for random bytes a kilobyte at a time: one call an id was a fifth of what a
 * created job cost this process.
 */
export function newId(): string {
  return uuidv7();
}

/** A name for one write, under which it can be looked up when its reply was lost. No index holds it, so it is all chance. */
export function newWriteId(): string {
  return randomUUID();
}

/** The id in the one form that is stored, or undefined when it cannot be the id of anything. */
export function normalizeId(id: string): string | undefined {
  return validate(id) ? id.toLowerCase() : undefined;
}
