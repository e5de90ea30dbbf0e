import type { JobEventKind, JobStatus, JsonObject, PromptStatus } from "@skill-fleet/core";
import pg from "pg";

export interface JobRow {
  readonly id: string;
  readonly type: string;
  readonly priority: number;
  readonly status: JobStatus;
  readonly version: number;
  readonly run: number;
  readonly workerId: string | null;
  readonly availableAt: string | null;
  readonly result: unknown;
}

/** The history that the database has: it is the truth. */
export interface EventRow {
  readonly jobId: string;
  readonly version: number;
  readonly kind: JobEventKind;
  readonly data: JsonObject;
}

export interface PromptRow {
  readonly id: string;
  readonly jobId: string;
  readonly key: string | null;
  readonly status: PromptStatus;
  readonly response: unknown;
  /** Instants are milliseconds, by the database's clock. */
  readonly expiresAt: number | null;
  readonly respondedAt: number | null;
  readonly closedAt: number | null;
}

interface QueueRow {
  readonly jobId: string;
  readonly type: string;
  readonly priority: number;
  readonly availableAt: string;
}

interface LeaseRow {
  readonly jobId: string;
  readonly workerId: string;
  readonly run: number;
}

/** What the database has when everything has come to rest. */
export interface FinalState {
  readonly jobs: readonly JobRow[];
  /** In order of job and version. */
  readonly events: readonly EventRow[];
  readonly prompts: readonly PromptRow[];
  readonly queue: readonly QueueRow[];
  readonly leases: readonly LeaseRow[];
}

const milliseconds = (column: string) => `(extract(epoch from ${column}) * 1000)::float8`;

/** Reads it all in one snapshot. */
export async function readFinalState(url: string): Promise<FinalState> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query("begin isolation level repeatable read");
    const read = async <Row>(text: string) => (await client.query(text)).rows as Row[];
    return {
      jobs: await read(
        `select id, type, priority, status, version, run, worker_id as "workerId", available_at::text as "availableAt", result from jobs`,
      ),
      events: await read(`select job_id as "jobId", version, kind, data from job_events order by job_id, version`),
      prompts: await read(
        `select id, job_id as "jobId", key, status, response, ${milliseconds("expires_at")} as "expiresAt",
           ${milliseconds("responded_at")} as "respondedAt", ${milliseconds("closed_at")} as "closedAt" from prompts`,
      ),
      queue: await read(`select job_id as "jobId", type, priority, available_at::text as "availableAt" from job_queue`),
      leases: await read(`select job_id as "jobId", worker_id as "workerId", run from job_leases`),
    };
  } finally {
    await client.end();
  }
}
