import { v7, validate } from "uuid";

/** A new id: a UUIDv7, so that ids made later sort later and fill an index from its end. */
export function newId(): string {
  return v7();
}

/** The id in the one form that is stored, or undefined when it cannot be the id of anything. */
export function normalizeId(id: string): string | undefined {
  return validate(id) ? id.toLowerCase() : undefined;
}
