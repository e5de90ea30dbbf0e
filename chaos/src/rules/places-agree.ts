import type { JobRow } from "../history/final-state.ts";
import type { Evidence, Rule } from "./rule.ts";

/**
 * A job stands in the queue exactly while its row says that it wants a worker, in a lease exactly while its row
 * says that one has it, and waits for a person exactly while a prompt of it is open.
 */
export const placesAgree: Rule = ({ state }) => {
  const { jobs, queue, leases, prompts } = state;
  const rowOf = new Map(jobs.map((job) => [job.id, job]));
  const queued = new Map(queue.map((row) => [row.jobId, row]));
  const leased = new Map(leases.map((row) => [row.jobId, row]));
  const asking = new Set(prompts.filter(({ status }) => status === "open").map(({ jobId }) => jobId));
  const problems = jobs.flatMap((job) => {
    const place = queued.get(job.id);
    const lease = leased.get(job.id);
    const isInPlace = place === undefined || (place.type === job.type && place.priority === job.priority);
    const facts = {
      "its place in the queue": job.availableAt === (place?.availableAt ?? null) && isInPlace,
      "its lease": job.workerId === (lease?.workerId ?? null) && (lease === undefined || lease.run === job.run),
      "its open prompts": (job.status === "pending_hitl") === asking.has(job.id),
      "its status": fitsItsStatus(job),
    };
    return Object.entries(facts).flatMap(([fact, agrees]) => (agrees ? [] : [`${job.id} (${job.status}) and ${fact} do not agree`]));
  });
  return [...problems, ...strays(state, rowOf)];
};

/** Whether the job may want a worker, or have one, in this status. */
function fitsItsStatus({ status, availableAt, workerId }: JobRow): boolean {
  if (status === "pending") return availableAt !== null && workerId === null;
  if (status === "running") return availableAt === null || workerId === null;
  return availableAt === null && workerId === null;
}

/** Rows of no job, and more than one of a job. */
function strays({ queue, leases }: Evidence["state"], rowOf: ReadonlyMap<string, JobRow>): string[] {
  return Object.entries({ queue, leases }).flatMap(([table, rows]) => {
    const ids = rows.map(({ jobId }) => jobId);
    const stray = ids.filter((id) => !rowOf.has(id)).map((id) => `the ${table} has ${id}, which is no job`);
    const twice = new Set(ids.filter((id, index) => ids.indexOf(id) !== index));
    return [...stray, ...[...twice].map((id) => `the ${table} has ${id} more than once`)];
  });
}
