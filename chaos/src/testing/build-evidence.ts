import type { Call, SeenJob } from "../history/call.ts";
import type { EventRow, FinalState, JobRow, PromptRow } from "../history/final-state.ts";
import type { Evidence } from "../rules/rule.ts";

/** The one job of a history that is made by hand. */
export const jobId = "job";

let count = 0;

/** A call that was acknowledged without a job in its reply; it takes one millisecond. */
export function buildCall({ at = 0, ...fields }: Partial<Call> & { at?: number }): Call {
  count += 1;
  return {
    number: count,
    client: 1,
    instance: 1,
    action: "get",
    jobId,
    insists: false,
    startedMs: at,
    endedMs: at + 1,
    outcome: { kind: "ok", jobs: [] },
    ...fields,
  };
}

/** A reply that shows the job. */
export function showing(version: number, fields: Partial<SeenJob> = {}): Call["outcome"] {
  return { kind: "ok", jobs: [{ id: jobId, version, status: "running", run: 0, stale: false, ...fields }] };
}

export function refusedWith(code: string): Call["outcome"] {
  return { kind: "refused", code };
}

export const unanswered: Call["outcome"] = { kind: "unknown", code: "NETWORK_ERROR" };

/** The events of the job, one for each version: its kind, and what it says. */
export function buildEvents(...events: readonly (EventRow["kind"] | readonly [EventRow["kind"], EventRow["data"]])[]): EventRow[] {
  return events.map((event, index) => {
    const [kind, data] = typeof event === "string" ? [event, {}] : event;
    return { jobId, version: index + 1, kind, data };
  });
}

export function buildJob(fields: Partial<JobRow> = {}): JobRow {
  return {
    id: jobId,
    type: "chaos",
    priority: 0,
    status: "running",
    version: 1,
    run: 0,
    workerId: null,
    availableAt: null,
    result: null,
    ...fields,
  };
}

export function buildPrompt(fields: Partial<PromptRow> = {}): PromptRow {
  return { id: "prompt", jobId, key: null, status: "open", response: null, expiresAt: null, respondedAt: null, closedAt: null, ...fields };
}

export function buildEvidence(calls: readonly Call[], state: Partial<FinalState> = {}): Evidence {
  return { calls, state: { jobs: [], events: [], prompts: [], queue: [], leases: [], ...state }, staleLimitMs: 100, holdUps: [] };
}
