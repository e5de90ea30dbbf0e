import { reservedMs } from "../leases/lease.ts";

/**
 * The SQL of `job_queue.reserved_until`: an instant when `worker` is a row of the table of workers, null
 * when it is absent, because it has ended. `from` is when the job can be claimed at the earliest.
 */
export function reservation(worker: string, from: string, at: string): string {
  return `case when ${worker}.id is not null then greatest(${from}, ${at}) + interval '${reservedMs} milliseconds' end`;
}
