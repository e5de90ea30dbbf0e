import { randomUUID } from "node:crypto";
import { v7, validate } from "uuid";

/** A new id: a UUIDv7, so that ids made later sort later and fill an index from its end. */
export function newId(): string {
  return v7();
}

/** The part of every write's name that chance makes, as soon as there is a write. */
let process: string | undefined;
let writes = 0;

/**
 * A name for one write, under which it can be looked up when its reply was lost: a UUID of this process and a number, which
 * takes a tenth of the time that a random one takes.
 */
export function newWriteId(): string {
  process ??= randomUUID().slice(0, -12);
  writes += 1;
  return process + writes.toString(16).padStart(12, "0");
}

/** The id in the one form that is stored, or undefined when it cannot be the id of anything. */
export function normalizeId(id: string): string | undefined {
  return validate(id) ? id.toLowerCase() : undefined;
}
