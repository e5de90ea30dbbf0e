import type { Call } from "./call.ts";
import type { EventRow } from "./final-state.ts";

/** That a job had a version, at the latest when this call ended. */
export interface Sighting {
  readonly jobId: string;
  readonly version: number;
  readonly call: Call;
}

/** What changes nothing. */
const reads: readonly string[] = ["get", "inbox", "register"];

/**
 * The versions that acknowledged writes made. A reply that shows no job has its version in the events: a
 * prompt is opened once and answered once.
 */
export function acknowledgedVersions(calls: readonly Call[], events: ReadonlyMap<string, readonly EventRow[]>): Sighting[] {
  return calls.flatMap((call) => {
    const { action, outcome, mark } = call;
    if (outcome.kind !== "ok" || reads.includes(action)) return [];
    if (outcome.jobs.length > 0) return outcome.jobs.map(({ id, version }) => ({ jobId: id, version, call }));
    const made = mark === undefined ? [] : (events.get(mark) ?? []);
    return made.map(({ jobId, version }) => ({ jobId, version, call }));
  });
}

/** Every version that a reply showed. */
export function seenVersions(calls: readonly Call[]): Sighting[] {
  return calls.flatMap((call) =>
    call.outcome.kind === "ok" ? call.outcome.jobs.map(({ id, version }) => ({ jobId: id, version, call })) : [],
  );
}

/** Whether the call read a job and got it without the note that the copy may be old. */
export function isFreshRead({ action, outcome }: Call): boolean {
  return action === "get" && outcome.kind === "ok" && outcome.jobs.every(({ stale }) => !stale);
}
