import type { JobNotice } from "../changes/change-feed.ts";

/** A payload may have 8,000 bytes. */
const maxPayloadLength = 7_900;

/** Puts notices into as few payloads as they fit into, each behind the name of who sends it; one without notices is a ping. */
export function* packNotices(origin: string, notices: Iterable<JobNotice>): Generator<string> {
  let payload = origin;
  for (const notice of notices) {
    const text = writeNotice(notice);
    if (payload.length + 1 + text.length > maxPayloadLength) {
      yield payload;
      payload = origin;
    }
    payload += ` ${text}`;
  }
  yield payload;
}

/** Who sent a payload. Every instance hears its own, and has nothing more to read in it. */
export function readOrigin(payload: string): string {
  const end = payload.indexOf(" ");
  return end < 0 ? payload : payload.slice(0, end);
}

export function readNotices(payload: string): JobNotice[] {
  return payload.split(" ").slice(1).map(readNotice);
}

function writeNotice({ jobId, version, wanted }: JobNotice): string {
  return wanted === undefined ? `${jobId}:${version}` : `${jobId}:${version}:${encodeURIComponent(wanted)}`;
}

function readNotice(text: string): JobNotice {
  const [jobId = "", version, wanted] = text.split(":");
  return { jobId, version: Number(version), wanted: wanted && decodeURIComponent(wanted) };
}
