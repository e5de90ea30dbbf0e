import type { Outcome, SeenJob } from "../history/call.ts";

/** What leaves open whether the call has happened. */
const unknownCodes = ["STORE_UNAVAILABLE", "NETWORK_ERROR", "ABORTED"];

interface Shown extends Omit<SeenJob, "stale"> {
  readonly stale?: true;
}

/** What a reply with these jobs says. */
export function acknowledged(jobs: readonly Shown[]): Outcome {
  return {
    kind: "ok",
    jobs: jobs.map(({ id, version, status, run, stale }) => ({ id, version, status, run, stale: stale === true })),
  };
}

/** What an error says. */
export function refusedOrUnknown(error: unknown): Outcome {
  const code = error instanceof Error && "code" in error ? String(error.code) : String(error);
  return { kind: unknownCodes.includes(code) ? "unknown" : "refused", code };
}
