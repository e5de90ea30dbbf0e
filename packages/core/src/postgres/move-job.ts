import type { Actor } from "../actor.ts";
import { newWriteId } from "../ids.ts";
import type { Job, JobEventKind } from "../jobs/job.ts";
import type { JobStatus } from "../jobs/job-status.ts";
import type { JsonObject } from "../json.ts";
import type { Queryable, Statement } from "./database.ts";
import { leaseRowOf, queueRowOf } from "./find-row.ts";
import { jobFromRow } from "./job-row.ts";
import { reservation } from "./reservation.ts";
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

/**
 * The part of a statement that moves one job: job `$1`, as the one row of `move (status, kind, data, actor, via,
 * write_id, error, at)` says, or not at all when that is empty. The job is then in `moved`.
 *
 * A job that runs on goes back to its old place in the queue, if it wants a worker; before that, and
 * when it fails, it stands nowhere. The worker that asked is remembered while the job waits.
 */
export const moving = `
    before as materialized (select worker_id, parked_by, available_at from jobs where id = $1),
    moved as (
      update jobs j set
        status = m.status, version = version + 1,
        updated_at = greatest(updated_at, at),
        started_at = coalesce(started_at, at),
        error = m.error,
        completed_at = case when m.status = 'failed' then greatest(updated_at, at) end,
        deadline_at = case when m.status = 'failed' then null else deadline_at end,
        worker_id = null,
        parked_by = case when m.status = 'pending_hitl' then coalesce(j.worker_id, parked_by) end,
        available_at = case when m.status = 'running' and wants_worker then j.created_at end
      from move m
      where j.id = $1
      returning j.*, m.at
    ),
    unleased as (
      delete from job_leases l using before b cross join moved m cross join lateral ${leaseRowOf("b.worker_id", "m.id")} lease
      where l.ctid = lease.at
    ),
    unqueued as (
      delete from job_queue q using before b cross join moved m cross join lateral ${queueRowOf("m", "b.available_at")} place
      where q.ctid = place.at
    ),
    queued as (
      insert into job_queue (type, priority, available_at, job_id, worker_id, reserved_until)
      select m.type, m.priority, m.available_at, m.id, w.id, ${reservation("w", "m.available_at", "m.at")}
      from moved m cross join before b left join workers w on w.id = b.parked_by
      where m.available_at is not null
    ),
    event as (
      insert into job_events (job_id, version, kind, data, actor, via, write_id, at)
      select moved.id, moved.version, m.kind, m.data, m.actor, m.via, m.write_id, moved.updated_at from moved, move m
    )`;

/** Moves a job whose lock the transaction holds. `$3`: the time, or null. `$4`: kind, `$5`: data, `$6`, `$7`: who, `$8`: the write, `$9`: error. */
export const moveOneJob: Statement = {
  name: "move_job",
  text: `
    with move as materialized (
      select
        $2::text as status, $4::text as kind, $5::jsonb as data, $6::text as actor, $7::text as via, $8::uuid as write_id,
        $9::text as error, coalesce($3::timestamptz, now())::timestamptz(3) as at
    ),${moving}
    select * from moved`,
};

/** Moves a job, whose lock the transaction holds, and writes the event of its new version. */
export async function moveJob(tx: Queryable, move: JobMove, at: string | null): Promise<Job> {
  const { jobId, status, kind, data, actor, error = null } = move;
  const values = [jobId, status, at, kind, JSON.stringify(data), actor.id, actor.via, newWriteId(), error];
  const [row] = await tx.query<JobRow>(moveOneJob, values);
  return jobFromRow(row as JobRow);
}
