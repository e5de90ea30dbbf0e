import type { Actor } from "../actor.ts";
import type { Clock } from "../clock.ts";
import type { Job, JobEvent, JobEventKind } from "../jobs/job.ts";
import { JobMemoryStore } from "../jobs/job-memory-store.ts";
import { isFinal } from "../jobs/job-status.ts";
import type { JsonObject } from "../json.ts";
import { type LeasedJob, reservedMs } from "../leases/lease.ts";
import type { Claim } from "../leases/lease-repository.ts";
import type { Step } from "../leases/step.ts";
import type { Prompt } from "../prompts/prompt.ts";

/** What memory mode knows about a job beside the job itself. */
interface JobExtras {
  readonly requestHash: string | null;
  /** Scope and key together; null when the request had none, or its time is over. */
  readonly idempotencyKey: string | null;
  readonly keyExpiresAtMs: number;
  readonly events: JobEvent[];
  readonly prompts: StoredPrompt[];
  readonly steps: Map<string, StoredStep>;
  /** Whether the job goes to the queue when it runs on. */
  wantsWorker: boolean;
  /** The worker that has the handler of the waiting job in memory. */
  parkedBy: string | null;
  /** The claim that made the current lease, and when the lease ends by itself. */
  lease: { readonly claim: number; readonly deadlineAtMs: number } | undefined;
  /** For whom the job's place in the queue is kept, and until when. */
  reservation: { readonly workerId: string; readonly untilMs: number } | undefined;
}

interface StoredStep extends Step {
  readonly atMs: number;
}

/** A prompt, with what a repeated response is compared to. */
export interface StoredPrompt {
  prompt: Prompt;
  responseKey: string | null;
  /** What the winning response made of the job. */
  outcome: { readonly jobStatus: Job["status"]; readonly jobVersion: number } | undefined;
}

/**
 * Everything that memory mode keeps. A job that has ended goes after `ttlMs` with all that is
 * its own; one that has not ended stays as long as the process.
 */
export class MemoryTables {
  readonly jobs: JobMemoryStore;
  readonly clock: Clock;
  readonly extras = new Map<string, JobExtras>();
  readonly idOfKey = new Map<string, string>();
  readonly prompts = new Map<string, StoredPrompt>();
  readonly workers = new Map<string, { readonly types: readonly string[]; beatAtMs: number }>();
  /** The jobs that want a worker, in the order in which they came. */
  readonly queue = new Set<string>();
  /** The jobs that a worker has. */
  readonly leased = new Set<string>();

  constructor(options: { clock: Clock; ttlMs: number | undefined; maxEntries: number | undefined }) {
    this.clock = options.clock;
    this.jobs = new JobMemoryStore({
      clock: options.clock,
      ttlMs: options.ttlMs,
      maxEntries: options.maxEntries,
      mayEvict: (job) => isFinal(job.status),
      onEvict: (job) => this.forget(job.id),
    });
  }

  /** Stores a job and the event that its version has; its fields say where it stands. */
  write(job: Job, event: { kind: JobEventKind; data: JsonObject; actor: Actor }): Job {
    const { kind, data, actor } = event;
    this.extras
      .get(job.id)
      ?.events.push({ jobId: job.id, version: job.version, kind, data, actor: actor.id, via: actor.via, at: job.updatedAt });
    this.jobs.set(job);
    if (job.availableAt === null) this.queue.delete(job.id);
    else this.queue.add(job.id);
    if (job.workerId === null) this.leased.delete(job.id);
    else this.leased.add(job.id);
    return job;
  }

  /** Gives a job to the worker of a claim. */
  lease(job: Job, { workerId, claim, actor }: Claim): Job & LeasedJob {
    const nowMs = this.clock.nowMs();
    const extras = this.extras.get(job.id);
    if (extras !== undefined) {
      extras.lease = { claim, deadlineAtMs: nowMs + (job.attemptTimeoutMs ?? Number.POSITIVE_INFINITY) };
      extras.reservation = undefined;
    }
    const now = new Date(nowMs);
    const run = job.run + 1;
    const claimed = {
      ...job,
      status: "running",
      run,
      workerId,
      availableAt: null,
      version: job.version + 1,
      updatedAt: now,
      startedAt: job.startedAt ?? now,
    } as Job & LeasedJob;
    const kind = job.status === "pending" ? "started" : "resumed";
    this.write(claimed, { kind, data: { workerId, run, attempt: job.attempt }, actor });
    return claimed;
  }

  /** Closes the open prompts of a job that ends. */
  closePrompts(jobId: string): void {
    const closedAt = new Date(this.clock.nowMs());
    for (const stored of this.extras.get(jobId)?.prompts ?? []) {
      if (stored.prompt.status === "open") stored.prompt = { ...stored.prompt, status: "closed", closedAt };
    }
  }

  /** The job that a request with this key made, unless it is gone or the key has had its time. */
  jobOfKey(key: string): Job | undefined {
    const id = this.idOfKey.get(key);
    if (id === undefined || (this.extras.get(id)?.keyExpiresAtMs ?? 0) <= this.clock.nowMs()) return undefined;
    return this.jobs.get(id);
  }

  /** Where a job stands that goes to the queue; `parkedBy` gets it first, if that worker lives. */
  reserve(jobId: string, parkedBy: string | null, availableAt: Date): void {
    const extras = this.extras.get(jobId);
    if (extras === undefined) return;
    const untilMs = Math.max(availableAt.getTime(), this.clock.nowMs()) + reservedMs;
    extras.reservation = parkedBy !== null && this.workers.has(parkedBy) ? { workerId: parkedBy, untilMs } : undefined;
  }

  /** Drops what belongs to a job that is gone. */
  forget(jobId: string): void {
    const extras = this.extras.get(jobId);
    if (extras === undefined) return;
    this.extras.delete(jobId);
    this.queue.delete(jobId);
    this.leased.delete(jobId);
    const { idempotencyKey: key } = extras;
    // The key may have gone to a newer job, after this one expired and before a cleanup met it.
    if (key !== null && this.idOfKey.get(key) === jobId) this.idOfKey.delete(key);
    for (const { prompt } of extras.prompts) this.prompts.delete(prompt.id);
  }
}
