import type { JobStatus } from "@skill-fleet/core";
import type { EventRow } from "./final-state.ts";
import { groupBy } from "./group-by.ts";

/** Where a job was before and after one of its events, by its events alone. */
export interface Moment {
  readonly event: EventRow;
  readonly before: JobStatus | undefined;
  readonly after: JobStatus;
  /** The run of the lease that a worker had before the event. Undefined: nobody had the job. */
  readonly heldBefore: number | undefined;
  /** The run that the event gives to a worker, if it is a claim. */
  readonly claims: number | undefined;
}

const settlements: readonly string[] = ["prompt_answered", "prompt_expired", "prompt_withdrawn"];
/** What leaves the lease where it is. */
const keepsLease: readonly string[] = ["updated", "prompt_revised"];

/** Follows one job through its events, which are in order. */
export function follow(events: readonly EventRow[]): Moment[] {
  const open = new Set<unknown>();
  let status: JobStatus | undefined;
  let held: number | undefined;
  return events.map((event) => {
    const claims = claimedRun(event);
    const moment = { event, before: status, after: statusAfter(event, status ?? "pending", open), heldBefore: held, claims };
    status = moment.after;
    if (claims !== undefined) held = claims;
    else if (!keepsLease.includes(event.kind)) held = undefined;
    return moment;
  });
}

/** The events of each job, in order. */
export function eventsByJob(events: readonly EventRow[]): ReadonlyMap<string, readonly EventRow[]> {
  return groupBy(events, ({ jobId }) => jobId);
}

function claimedRun({ kind, data }: EventRow): number | undefined {
  const isClaim = (kind === "started" || kind === "resumed") && data["workerId"] !== undefined;
  return isClaim ? Number(data["run"]) : undefined;
}

function statusAfter({ kind, data }: EventRow, before: JobStatus, open: Set<unknown>): JobStatus {
  if (kind === "prompt_opened") {
    open.add(data["promptId"]);
    return "pending_hitl";
  }
  if (settlements.includes(kind)) {
    open.delete(data["promptId"]);
    return open.size > 0 || data["onExpire"] === "fail" ? "pending_hitl" : "running";
  }
  if (kind === "started" || kind === "resumed") return "running";
  if (kind === "created" || kind === "released" || kind === "attempt_failed" || kind === "retried") return "pending";
  if (kind === "completed" || kind === "failed" || kind === "cancelled") {
    open.clear();
    return kind;
  }
  return before;
}
