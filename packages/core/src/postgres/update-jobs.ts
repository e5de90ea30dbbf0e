import { definedFields } from "../jobs/job-change.ts";
import type { GuardedChange } from "../jobs/job-repository.ts";
import type { JobStatus } from "../jobs/job-status.ts";
import type { Statement } from "./database.ts";
import { leaseRowOf, queueRowOf } from "./find-row.ts";
import { jobColumns } from "./job-row.ts";
import { reservation } from "./reservation.ts";

/**
 * Changes many jobs, each under its own guard, and returns those that changed.
 *
 * Rows are locked one by one in the order of their ids, so that two such statements never deadlock, and
 * each is found by index, also by a plan that was made when the table was small and is kept; the
 * guard is checked on the row as it is once it is locked. A row that changed while it was waited
 * for may have got a lease or a place in the queue that this statement cannot see: if it is to
 * lose them, it is left to a transaction that locks first. An absent field stays as it is; what is
 * absent most often is not sent, because reading the input is a third of the statement's time.
 * `$1`: JSON array of {@link encodeUpdate}. `$2`: the time, or null for the database's own.
 */
export const updateJobs: Statement = {
  name: "update_jobs",
  text: `
    with clock as materialized (
      select coalesce($2::timestamptz, clock_timestamp())::timestamptz(3) as at
    ),
    input as materialized (
      select * from json_to_recordset($1::json) as i (
        id uuid, allowed_from text[], if_version bigint, run integer, fields text[], new_attempt boolean,
        status text, current_phase text, progress_percent double precision, progress_message text,
        result jsonb, error text, error_stack text, metadata_set jsonb, metadata_unset text[],
        place text, by_hand boolean, delay_ms double precision, parked boolean,
        kind text, data jsonb, actor text, via text, write_id uuid
      )
    ),
    locked as materialized (
      select
        j.id, j.status as was, j.worker_id as was_with, j.available_at as was_available_at,
        -- A status that the job has already is no move.
        i.place is not null and (i.status is null or i.status <> j.status) as moves
      from (select * from input order by id) i
        cross join lateral (select * from jobs j where j.id = i.id for update) j
      where j.status = any (i.allowed_from)
        and (i.if_version is null or i.if_version = j.version)
        and (i.run is null or (i.run = j.run and j.worker_id is not null))
        and (i.place is null or j.version = (select seen.version from jobs seen where seen.id = j.id))
    ),
    updated as (
      update jobs j set
        status = coalesce(i.status, j.status),
        current_phase = case when i.new_attempt then null when 'currentPhase' = any (i.fields) then i.current_phase else j.current_phase end,
        progress_percent = case when i.new_attempt then 0 else coalesce(i.progress_percent, j.progress_percent) end,
        progress_message = case when i.new_attempt then null when 'progressMessage' = any (i.fields) then i.progress_message else j.progress_message end,
        result = i.result,
        error = i.error,
        error_stack = i.error_stack,
        metadata = case when i.metadata_set is null then j.metadata else (j.metadata || i.metadata_set) - i.metadata_unset end,
        attempt = case when i.new_attempt then j.attempt + 1 else j.attempt end,
        max_attempts = case when i.new_attempt then greatest(j.max_attempts, j.attempt + 1) else j.max_attempts end,
        version = j.version + 1,
        updated_at = greatest(at, j.updated_at),
        started_at = case when i.status = 'pending' then null when i.status = 'running' then coalesce(j.started_at, at) else j.started_at end,
        completed_at = case when i.status in ('completed', 'failed', 'cancelled') then greatest(at, j.updated_at) end,
        deadline_at = case when i.status in ('completed', 'failed', 'cancelled') then null else j.deadline_at end,
        worker_id = case when l.moves then null else j.worker_id end,
        parked_by = case when l.moves then null else j.parked_by end,
        available_at = case
          when not l.moves then j.available_at
          when i.place = 'queue' then coalesce(at + i.delay_ms * interval '1 millisecond', j.created_at)
        end,
        wants_worker = case when not l.moves then j.wants_worker when i.place = 'queue' then true else j.wants_worker and i.by_hand is not true end
      from locked l join input i using (id), clock
      where j.id = l.id
      returning j.*, l.was, l.was_with, l.was_available_at, l.moves
    ),
    unleased as (
      delete from job_leases x
      using updated u cross join lateral ${leaseRowOf("u.was_with", "u.id")} lease
      where u.moves and x.ctid = lease.at
    ),
    unqueued as (
      delete from job_queue q
      using updated u cross join lateral ${queueRowOf("u", "u.was_available_at")} place
      where u.moves and u.available_at is distinct from u.was_available_at and q.ctid = place.at
    ),
    queued as (
      insert into job_queue (type, priority, available_at, job_id, worker_id, reserved_until)
      select u.type, u.priority, u.available_at, u.id, w.id, ${reservation("w", "u.available_at", "at")}
      from updated u join input i using (id) left join workers w on i.parked and w.id = u.was_with, clock
      where u.moves and u.available_at is not null and u.available_at is distinct from u.was_available_at
    ),
    events as (
      insert into job_events (job_id, version, kind, data, actor, via, write_id, at)
      select
        u.id, u.version, case when i.status is not null and u.status = u.was then 'updated' else i.kind end,
        i.data, i.actor, i.via, i.write_id, u.updated_at
      from updated u join input i using (id)
    )
    select ${jobColumns} from updated`,
};

/** One element of the statement's `$1`. `allowedFrom` is the guard's, or a part of it. */
export function encodeUpdate(id: string, guarded: GuardedChange, allowedFrom: readonly JobStatus[], writeId: string): object {
  const { change, place, event } = guarded;
  const metadata = change.metadata && Object.entries(change.metadata);
  return {
    id,
    allowed_from: allowedFrom,
    if_version: guarded.ifVersion,
    run: guarded.run,
    fields: change.currentPhase === undefined && change.progressMessage === undefined ? undefined : Object.keys(definedFields(change)),
    new_attempt: guarded.newAttempt,
    status: change.status,
    current_phase: change.currentPhase,
    progress_percent: change.progressPercent,
    progress_message: change.progressMessage,
    result: change.result,
    error: change.error,
    error_stack: change.errorStack,
    metadata_set: metadata && Object.fromEntries(metadata.filter(([, value]) => value !== null)),
    metadata_unset: metadata?.filter(([, value]) => value === null).map(([key]) => key),
    place: place?.in,
    by_hand: place?.in === "nowhere" ? place.byHand : undefined,
    delay_ms: place?.in === "queue" ? place.delayMs : undefined,
    parked: place?.in === "queue" ? place.parked : undefined,
    kind: event.kind,
    data: event.data,
    actor: event.actor.id,
    via: event.actor.via,
    write_id: writeId,
  };
}
