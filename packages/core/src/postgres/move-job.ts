import type { Actor } from "../actor.ts";
import { newId } from "../ids.ts";
import type { Job, JobEventKind } from "../jobs/job.ts";
import type { JobStatus } from "../jobs/job-status.ts";
import type { JsonObject } from "../json.ts";
import type { Queryable, Statement } from "./database.ts";
import { jobFromRow } from "./job-row.ts";
import type { JobRow } from "./schema.ts";

/** What happens to a job because of one of its prompts. */
export interface JobMove {
  readonly jobId: string;
  readonly status: JobStatus;
  readonly kind: JobEventKind;
  readonly data: JsonObject;
  readonly actor: Actor;
  /** Why the job fails, if it does. */
  readonly error?: string;
}

/** `$3`: the time, or null. `$4`: kind, `$5`: data, `$6`, `$7`: who, `$8`: the write, `$9`: error. */
const statement: Statement = {
  name: "move_job",
  text: `
    with moved as (
      update jobs set
        status = $2, version = version + 1,
        updated_at = greatest(updated_at, coalesce($3::timestamptz, now())),
        started_at = coalesce(started_at, $3::timestamptz, now()),
        error = $9,
        completed_at = case when $2 = 'failed' then greatest(updated_at, coalesce($3::timestamptz, now())) end
      where id = $1
      returning *
    ),
    event as (
      insert into job_events (job_id, version, kind, data, actor, via, write_id, at)
      select id, version, $4, $5::jsonb, $6, $7, $8::uuid, updated_at from moved
    )
    select * from moved`,
};

/** Moves a job, whose lock the transaction holds, and writes the event of its new version. */
export async function moveJob(tx: Queryable, move: JobMove, at: string | null): Promise<Job> {
  const { jobId, status, kind, data, actor, error = null } = move;
  const values = [jobId, status, at, kind, JSON.stringify(data), actor.id, actor.via, newId(), error];
  const [row] = await tx.query<JobRow>(statement, values);
  return jobFromRow(row as JobRow);
}
