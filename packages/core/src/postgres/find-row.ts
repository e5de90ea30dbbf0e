/*
 * The row of a job in the queue or among the leases, as a subquery that is asked for one job after the other: by statistics that
 * know of no rows the planner would read the whole index once and compare each entry with each job. `offset 0` keeps it from
 * taking the subquery apart.
 */

/** The SQL of the job's row in the queue, as `at`; `job` has its id, type and priority. */
export function queueRowOf(job: string, availableAt: string): string {
  return `(
        select ctid as at from job_queue
        where type = ${job}.type and priority = ${job}.priority and available_at = ${availableAt} and job_id = ${job}.id offset 0
      )`;
}

/** The SQL of the job's lease, as `at`. */
export function leaseRowOf(workerId: string, jobId: string): string {
  return `(select ctid as at from job_leases where worker_id = ${workerId} and job_id = ${jobId} offset 0)`;
}
