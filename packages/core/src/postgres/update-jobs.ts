import { definedFields } from "../jobs/job-change.ts";
import type { GuardedChange } from "../jobs/job-repository.ts";
import type { JobStatus } from "../jobs/job-status.ts";
import type { Statement } from "./database.ts";

/**
 * Changes many jobs, each under its own guard, and returns those that changed.
 *
 * Rows are locked in the order of their ids, so that two such statements never deadlock; the
 * guard is checked again on the row that was waited for. An absent field stays as it is.
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
        id uuid, allowed_from text[], if_version bigint, fields text[], new_attempt boolean,
        status text, current_phase text, progress_percent double precision, progress_message text,
        result jsonb, error text, error_stack text, metadata_set jsonb, metadata_unset text[],
        kind text, data jsonb, actor text, via text, write_id uuid
      )
    ),
    locked as materialized (
      select j.id, j.status as was
      from jobs j join input i using (id)
      where j.status = any (i.allowed_from) and (i.if_version is null or i.if_version = j.version)
      order by j.id
      for update of j
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
        metadata = (j.metadata || i.metadata_set) - i.metadata_unset,
        attempt = j.attempt + i.new_attempt::integer,
        version = j.version + 1,
        updated_at = greatest(at, j.updated_at),
        started_at = case when i.status = 'pending' then null when i.status = 'running' then coalesce(j.started_at, at) else j.started_at end,
        completed_at = case when i.status in ('completed', 'failed', 'cancelled') then greatest(at, j.updated_at) end
      from locked l join input i using (id), clock
      where j.id = l.id
      returning j.*, l.was
    ),
    events as (
      insert into job_events (job_id, version, kind, data, actor, via, write_id, at)
      select u.id, u.version, case when u.status = u.was then 'updated' else i.kind end, i.data, i.actor, i.via, i.write_id, u.updated_at
      from updated u join input i using (id)
    )
    select * from updated`,
};

/** One element of the statement's `$1`. `allowedFrom` is the guard's, or a part of it. */
export function encodeUpdate(id: string, guarded: GuardedChange, allowedFrom: readonly JobStatus[], writeId: string): object {
  const { change, event } = guarded;
  const metadata = Object.entries(change.metadata ?? {});
  return {
    id,
    allowed_from: allowedFrom,
    if_version: guarded.ifVersion,
    fields: Object.keys(definedFields(change)),
    new_attempt: guarded.newAttempt ?? false,
    status: change.status,
    current_phase: change.currentPhase,
    progress_percent: change.progressPercent,
    progress_message: change.progressMessage,
    result: change.result,
    error: change.error,
    error_stack: change.errorStack,
    metadata_set: Object.fromEntries(metadata.filter(([, value]) => value !== null)),
    metadata_unset: metadata.filter(([, value]) => value === null).map(([key]) => key),
    kind: event.kind,
    data: event.data,
    actor: event.actor.id,
    via: event.actor.via,
    write_id: writeId,
  };
}
