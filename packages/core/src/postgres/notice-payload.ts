import type { JobNotice } from "../changes/change-feed.ts";

/** A payload may have 8,000 bytes. */
const maxPayloadLength = 7_900;

/** What one notification says: who sent it, and the notices; none when it is a ping. */
export interface NoticePayload {
  readonly origin: string;
  readonly notices: readonly JobNotice[];
}

/** Puts notices into as few payloads as they fit into, each behind the name of who sends it. */
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

export function readPayload(payload: string): NoticePayload {
  const [origin = "", ...notices] = payload.split(" ");
  return { origin, notices: notices.map(readNotice) };
}

function writeNotice({ jobId, version, wanted }: JobNotice): string {
  return wanted === undefined ? `${jobId}:${version}` : `${jobId}:${version}:${encodeURIComponent(wanted)}`;
}

function readNotice(text: string): JobNotice {
  const [jobId = "", version, wanted] = text.split(":");
  return { jobId, version: Number(version), wanted: wanted && decodeURIComponent(wanted) };
}
