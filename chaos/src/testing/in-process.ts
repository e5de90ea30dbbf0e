import type { Fleet } from "@skill-fleet/core";
import type { Port } from "../load/port.ts";

/** A fleet in this process, as a client sees an instance. */
export function inProcess({ jobs, prompts, leases }: Fleet): Port {
  return {
    jobs: {
      create: async (job) => (await jobs.create(job)).job,
      get: (id, { minVersion }) => jobs.get(id, { minVersion }),
      update: (id, change, { ifVersion }) => jobs.update(id, change, { ifVersion }),
      cancel: (id, { reason }) => jobs.cancel(id, { reason }),
      retry: (id) => jobs.retry(id),
    },
    hitl: {
      open: (jobId, prompt) => prompts.open(jobId, prompt),
      respond: (promptId, response, { idempotencyKey }) => prompts.respond(promptId, response, { idempotencyKey }),
      inbox: (query) => prompts.inbox(query),
    },
    worker: {
      register: (worker) => leases.register(worker),
      claim: (request) => leases.claim(request),
      progress: (report) => leases.progress(report),
      complete: (completion) => leases.complete(completion),
      fail: (failure) => leases.fail(failure),
      release: (lease) => leases.release(lease),
      ask: (request) => leases.ask(request),
    },
  };
}
