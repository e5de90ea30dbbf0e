import { randomFillSync, randomUUID } from "node:crypto";
import { v7, validate } from "uuid";

const idBytes = 16;
/** Random bytes for the next ids: to ask the system for each id was a seventh of what a created job cost this process. */
const randomBytes = new Uint8Array(256 * idBytes);
let bytesUsed = randomBytes.length;

/** The millisecond of the last id, and its number there, which begins anywhere in the lower half of what it may be. */
let idMs = 0;
let idNumber = 0;

/** A new id: a UUIDv7, so that ids made later sort later and fill an index from its end. */
export function newId(): string {
  if (bytesUsed === randomBytes.length) {
    randomFillSync(randomBytes);
    bytesUsed = 0;
  }
  const random = randomBytes.subarray(bytesUsed, bytesUsed + idBytes);
  bytesUsed += idBytes;
  const nowMs = Date.now();
  if (nowMs > idMs) {
    idMs = nowMs;
    idNumber = new DataView(random.buffer, random.byteOffset).getUint32(0) >>> 1;
  } else {
    idNumber += 1;
  }
  return v7({ random, msecs: idMs, seq: idNumber });
}

/** The random part of every write's id, made with the first write of this process. */
let writePrefix: string | undefined;
let writes = 0;

/**
 * An id for one write, under which it can be looked up when its reply was lost: a UUID of this process and a number, which
 * takes a tenth of the time that a random one takes.
 */
export function newWriteId(): string {
  writePrefix ??= randomUUID().slice(0, -12);
  writes += 1;
  return writePrefix + writes.toString(16).padStart(12, "0");
}

/** The id in the one form that is stored, or undefined when it cannot be the id of anything. */
export function normalizeId(id: string): string | undefined {
  return validate(id) ? id.toLowerCase() : undefined;
}
