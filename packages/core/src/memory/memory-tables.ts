import type { Actor } from "../actor.ts";
import type { Clock } from "../clock.ts";
import type { Job, JobEvent, JobEventKind } from "../jobs/job.ts";
import { JobMemoryStore } from "../jobs/job-memory-store.ts";
import { isFinal } from "../jobs/job-status.ts";
import type { JsonObject } from "../json.ts";
import type { Prompt } from "../prompts/prompt.ts";

/** What memory mode knows about a job beside the job itself. */
interface JobExtras {
  readonly requestHash: string | null;
  readonly idempotencyKey: string | null;
  readonly events: JobEvent[];
  readonly prompts: StoredPrompt[];
}

/** A prompt, with what a repeated response is compared to. */
export interface StoredPrompt {
  prompt: Prompt;
  responseKey: string | null;
  jobStatus: Job["status"] | undefined;
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

  /** Stores a job and the event that its version has. */
  write(job: Job, event: { kind: JobEventKind; data: JsonObject; actor: Actor }): Job {
    const { kind, data, actor } = event;
    this.extras
      .get(job.id)
      ?.events.push({ jobId: job.id, version: job.version, kind, data, actor: actor.id, via: actor.via, at: job.updatedAt });
    this.jobs.set(job);
    return job;
  }

  /** Closes the open prompts of a job that ends. */
  closePrompts(jobId: string): void {
    const closedAt = new Date(this.clock.nowMs());
    for (const stored of this.extras.get(jobId)?.prompts ?? []) {
      if (stored.prompt.status === "open") stored.prompt = { ...stored.prompt, status: "closed", closedAt };
    }
  }

  /** The job that a request with this key made, unless it is gone. */
  jobOfKey(key: string): Job | undefined {
    const id = this.idOfKey.get(key);
    return id === undefined ? undefined : this.jobs.get(id);
  }

  /** Drops what belongs to a job that is gone. */
  forget(jobId: string): void {
    const extras = this.extras.get(jobId);
    if (extras === undefined) return;
    this.extras.delete(jobId);
    const { idempotencyKey: key } = extras;
    // The key may have gone to a newer job, after this one expired and before a cleanup met it.
    if (key !== null && this.idOfKey.get(key) === jobId) this.idOfKey.delete(key);
    for (const { prompt } of extras.prompts) this.prompts.delete(prompt.id);
  }
}
