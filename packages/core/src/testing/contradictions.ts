/** What a job's row says of its place that the tables of the queue and of the leases do not say, or the other way round. */
export const contradictions = `
  select j.id, j.status, j.run, j.worker_id, j.available_at, q.available_at as queued_at, l.run as leased_run
  from jobs j
  full join job_queue q on q.job_id = j.id and q.type = j.type and q.priority = j.priority
  full join job_leases l on l.job_id = coalesce(j.id, q.job_id)
  where j.id is null
    or j.available_at is distinct from q.available_at
    or j.worker_id is distinct from l.worker_id
    or (l.job_id is not null and l.run <> j.run)
    or (j.worker_id is not null and (j.status <> 'running' or j.available_at is not null))
    or (j.status = 'pending' and j.available_at is null)
    or (j.status in ('pending_hitl', 'completed', 'failed', 'cancelled') and j.available_at is not null)`;
