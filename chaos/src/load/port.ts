import type { ClaimRequest, Job, JobChange, Prompt } from "@skill-fleet/core";

export interface Waiting {
  /** Ends the wait for the reply. */
  readonly signal?: AbortSignal;
}

interface LeaseName {
  readonly jobId: string;
  readonly run: number;
}

type Shown = Pick<Job, "id" | "version" | "status" | "run" | "stale">;

/** What a client calls on one instance: the part of the SDK that the load uses, which a fleet in this process can also be. */
export interface Port {
  readonly jobs: {
    create(job: { id: string; type: string; maxAttempts: number }, options: Waiting): Promise<Shown>;
    get(id: string, options: Waiting & { minVersion?: number | undefined }): Promise<Shown>;
    update(id: string, change: JobChange, options: Waiting & { ifVersion?: number | undefined }): Promise<Shown>;
    cancel(id: string, options: Waiting & { reason: string }): Promise<Shown>;
    retry(id: string, options: Waiting): Promise<Shown>;
  };
  readonly hitl: {
    open(
      jobId: string,
      prompt: { id: string; type: string; expiresInMs?: number; onExpire?: "fail" | "resume" },
      options: Waiting,
    ): Promise<unknown>;
    respond(promptId: string, response: { mark: string }, options: Waiting & { idempotencyKey: string }): Promise<unknown>;
    inbox(
      query: { limit: number },
      options: Waiting,
    ): Promise<{ readonly prompts: readonly { readonly id: string; readonly jobId: string }[] }>;
  };
  readonly worker: {
    register(worker: { workerId: string; types: readonly string[] }, options: Waiting): Promise<unknown>;
    claim(request: ClaimRequest, options: Waiting): Promise<readonly Shown[]>;
    progress(report: LeaseName & { message: string }, options: Waiting): Promise<Shown>;
    complete(completion: LeaseName & { result: { mark: string } }, options: Waiting): Promise<Shown>;
    fail(failure: LeaseName & { error: string; retryAfterMs: number }, options: Waiting): Promise<Shown>;
    release(lease: LeaseName, options: Waiting): Promise<Shown>;
    ask(
      request: LeaseName & { prompts: readonly { type: string; key: string }[] },
      options: Waiting,
    ): Promise<{ readonly prompts: readonly Pick<Prompt, "id" | "jobId">[] }>;
  };
}
