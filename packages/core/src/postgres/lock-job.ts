import type { Statement } from "./database.ts";

/** Reads a job as it is and keeps everyone else from changing it until the transaction ends. */
export const lockJob: Statement = { name: "lock_job", text: "select * from jobs where id = $1 for update" };

/** Takes a job, whose lock the transaction holds, out of the queue. The values are those of its row. */
export const leaveQueue: Statement = {
  name: "leave_queue",
  text: "delete from job_queue where type = $1 and priority = $2 and available_at = $3 and job_id = $4",
};

/** Ends the lease of a job whose lock the transaction holds. The values are those of its row. */
export const endLease: Statement = { name: "end_lease", text: "delete from job_leases where worker_id = $1 and job_id = $2" };
