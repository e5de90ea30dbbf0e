import type { AppRouter } from "@skill-fleet/server";
import type { inferRouterInputs, inferRouterOutputs } from "@trpc/server";
import { v7 as newId } from "uuid";
import { alone, type CallOptions, call } from "./call.ts";
import { checkShape } from "./check-shape.ts";
import type { Connection } from "./connection.ts";
import type { JobDefinition } from "./define-job.ts";
import { followJob } from "./follow-job.ts";
import { overload } from "./overload.ts";
import type { SeenVersions } from "./seen-versions.ts";
import type { CreatedJobOf, EndedJobOf, JobOf, NewJobOf } from "./typed-jobs.ts";

type Inputs = inferRouterInputs<AppRouter>["jobs"];
type Outputs = inferRouterOutputs<AppRouter>["jobs"];

/** One piece of long work. Its `status` decides what else it has. */
export type Job = Outputs["get"];
/** What a job can be created with. Every field has a default, so `{}` is a job. */
export type NewJob = Omit<Inputs["create"], "idempotencyKey" | "idempotencyScope" | "idempotencyTtlMs" | "onConflict">;
/** A job that has ended. */
export type EndedJob = Extract<Job, { status: "completed" | "failed" | "cancelled" }>;
/** A job, and whether the request that asked for it had been acknowledged before. */
export type CreatedJob = Outputs["create"];
/** What an update may change. A field that is absent stays as it is; at least one must be there. */
export type JobChange = Omit<Inputs["update"], "id" | "ifVersion">;
/** Which jobs a list shows, and how many. Filters combine with "and". */
export type JobQuery = Inputs["list"];
/** One page of a list, newest first; hand `nextCursor` back as `cursor` to get the next one. */
export type JobPage = Outputs["list"];
/** One line of a job's history: there is exactly one for every version. */
export type JobEvent = Outputs["events"]["events"][number];
/** Counts over all jobs. */
export type JobStats = Outputs["stats"];

/** How a job is created. */
export interface CreateOptions extends CallOptions {
  /** Names the request, so that another process can repeat it without creating a second job. */
  readonly idempotencyKey?: string | undefined;
  /** Within what the key is unique: a tenant, a user, a job type. Default: empty, the whole fleet. */
  readonly idempotencyScope?: string | undefined;
  /** How long the key stands for the job; after that it makes a new one. Default: as long as the job is there. */
  readonly idempotencyTtlMs?: number | undefined;
  /** What a repetition gets: the job of the first time, or `IDEMPOTENCY_CONFLICT`. Default: `return_existing`. */
  readonly onConflict?: "return_existing" | "reject" | undefined;
}

/** How a job is changed: only while it has the version that was seen. */
export interface ChangeOptions extends CallOptions {
  /** Refuse with `VERSION_MISMATCH` unless the job still has this version. */
  readonly ifVersion?: number | undefined;
}

/** How a job is ended. */
export interface CancelOptions extends ChangeOptions {
  /** Why, in words; becomes the job's `error`. */
  readonly reason?: string | undefined;
}

/** How new a copy must be. */
export interface GetOptions extends CallOptions {
  /** A version that you know of: an older copy is not good enough. Default: the highest that this client has seen. */
  readonly minVersion?: number | undefined;
}

/** Which part of a history is read. */
export interface EventsOptions extends CallOptions {
  /** Only events of later versions. Default: from the beginning. */
  readonly afterVersion?: number | undefined;
  /** At most so many, from 1 to 200. Default: all. */
  readonly limit?: number | undefined;
}

/** How much of a history comes with one reply. */
const largestPage = 200;

/** What is known already of what is waited for. */
export interface WaitOptions extends CallOptions {
  /** The version that you have seen. Default: 0, which no job has. */
  readonly afterVersion?: number | undefined;
}

/**
 * The jobs of a server. Every method throws {@link FleetClientError}.
 *
 * Methods that begin with a definition know the shapes of its input and result; see {@link defineJob}.
 */
export interface JobsClient {
  /**
   * Creates a job, and returns it as it was created: in status `pending`. Safe against lost replies: a repetition by this client finds
   * the job of the first time. With `onConflict: "reject"` it is not repeated: it would be refused for
   * what its first try did.
   *
   * Throws `INVALID_INPUT`; `JOB_ALREADY_EXISTS` when another job has the id; `IDEMPOTENCY_CONFLICT`
   * when the key came with a different job before, or with any and `onConflict` is `reject`.
   */
  create(job?: NewJob, options?: CreateOptions): Promise<CreatedJob>;
  /** Creates a job of a definition. Throws `INVALID_INPUT` also when the input is not of the defined shape. */
  create<const Definition extends JobDefinition>(
    definition: Definition,
    job: NewJobOf<Definition>,
    options?: CreateOptions,
  ): Promise<CreatedJobOf<Definition>>;
  /** The job. Throws `JOB_NOT_FOUND`. With the database unreachable it may be an older copy, with `stale: true`. */
  get(id: string, options?: GetOptions): Promise<Job>;
  /** The job, in the shapes of its definition. Throws as without one. */
  get<const Definition extends JobDefinition>(definition: Definition, id: string, options?: GetOptions): Promise<JobOf<Definition>>;
  /**
   * Waits until a job has ended, however it ended, and returns it. Returns within milliseconds of the
   * end, on whichever instance; a server that is away only delays it. It waits without end:
   * `signal: AbortSignal.timeout(...)` limits it.
   *
   * Throws `JOB_NOT_FOUND`, also when the job is deleted meanwhile.
   */
  waitFor(id: string, options?: CallOptions): Promise<EndedJob>;
  /** Waits until a job has ended, and returns it in the shapes of its definition. Throws as without one. */
  waitFor<const Definition extends JobDefinition>(
    definition: Definition,
    id: string,
    options?: CallOptions,
  ): Promise<EndedJobOf<Definition>>;
  /**
   * One look that waits: the job as soon as it has a later version than `afterVersion`, or as it
   * stands after 25 seconds. Throws `JOB_NOT_FOUND`.
   */
  waitForChange(id: string, options?: WaitOptions): Promise<Job>;
  /** A page of jobs, newest first. Throws `INVALID_INPUT`. */
  list(query?: JobQuery, options?: CallOptions): Promise<JobPage>;
  /** Every job that the query finds, newest first, page by page. Throws as `list` does. */
  all(query?: Omit<JobQuery, "cursor">, options?: CallOptions): AsyncGenerator<Job, void, undefined>;
  /**
   * Changes a job that has not ended.
   *
   * Throws `INVALID_INPUT`, `JOB_NOT_FOUND`, `INVALID_TRANSITION`, `VERSION_MISMATCH`. Not repeated
   * by itself; with `ifVersion` you may repeat it without doing it twice.
   */
  update(id: string, change: JobChange, options?: ChangeOptions): Promise<Job>;
  /** Ends a job that has not ended, and closes its open prompts. Throws as `update` does. */
  cancel(id: string, options?: CancelOptions): Promise<Job>;
  /** Sends a failed or cancelled job back to `pending` for another attempt. Throws as `update` does. */
  retry(id: string, options?: ChangeOptions): Promise<Job>;
  /** Removes a job with its prompts and its history. Throws `JOB_NOT_FOUND`; `JOB_ACTIVE` while it runs or waits. */
  delete(id: string, options?: CallOptions): Promise<void>;
  /** The history of a job, oldest first, as far as it is there now. Throws `JOB_NOT_FOUND`; `INVALID_INPUT`. */
  events(id: string, options?: EventsOptions): Promise<readonly JobEvent[]>;
  /** Counts by status and type, durations, completion rate. */
  stats(options?: CallOptions): Promise<JobStats>;
}

export function jobsClient(connection: Connection, seen: SeenVersions): JobsClient {
  const { jobs } = connection;

  const create = (job: NewJob = {}, { signal, ...naming }: CreateOptions = {}) => {
    // With a key, the key names the request: an id of ours would differ in the other process.
    const id = job.id ?? (naming.idempotencyKey === undefined ? newId() : undefined);
    return seen.write(id, () =>
      call(
        (request) => jobs.create.mutate({ ...job, id, ...naming }, request),
        { signal },
        naming.onConflict === "reject" ? "once" : "repeatable",
      ),
    );
  };

  const get = (id: string, { minVersion: wanted, ...options }: GetOptions = {}) =>
    seen.read(id, wanted, (minVersion) => call((request) => jobs.get.query({ id, minVersion }, request), options, "repeatable"));

  const waitFor = (id: string, options: CallOptions = {}) =>
    followJob({ connection, seen }, id, options, async (job) => (job.completedAt === null ? undefined : job));

  const list: JobsClient["list"] = async (query = {}, options = {}) => {
    const page = await call((request) => jobs.list.query(query, request), options, "repeatable");
    for (const job of page.jobs) seen.note(job);
    return page;
  };

  return {
    create: overload(create, async ({ type, input }, job: NewJob, options?: CreateOptions) => {
      await checkShape(input, "input", job.input);
      return create({ ...job, type }, options);
    }),
    get: overload(get, (_, id: string, options?: GetOptions) => get(id, options)),
    waitFor: overload(waitFor, (_, id: string, options?: CallOptions) => waitFor(id, options)),
    waitForChange: (id, { afterVersion, ...options } = {}) =>
      seen.read(id, afterVersion, (minVersion) =>
        call((request) => jobs.wait.query({ id, afterVersion, minVersion }, alone(request)), options, "repeatable"),
      ),
    list,
    async *all(query = {}, options = {}) {
      let cursor: string | undefined;
      do {
        const page = await list({ ...query, cursor }, options);
        yield* page.jobs;
        cursor = page.nextCursor ?? undefined;
      } while (cursor !== undefined);
    },
    update: (id, change, { ifVersion, ...options } = {}) =>
      seen.write(id, () => call((request) => jobs.update.mutate({ id, ifVersion, ...change }, request), options, "once")),
    cancel: (id, { ifVersion, reason, ...options } = {}) =>
      seen.write(id, () => call((request) => jobs.cancel.mutate({ id, ifVersion, reason }, request), options, "once")),
    retry: (id, { ifVersion, ...options } = {}) =>
      seen.write(id, () => call((request) => jobs.retry.mutate({ id, ifVersion }, request), options, "once")),
    delete: (id, options = {}) => seen.writeBlindly(id, () => call((request) => jobs.delete.mutate({ id }, request), options, "once")),
    events: async (id, { afterVersion, limit, ...options } = {}) => {
      const history: JobEvent[] = [];
      for (let after = afterVersion, isLast = false; !isLast; after = history.at(-1)?.version) {
        const page = { id, afterVersion: after, limit: limit ?? largestPage };
        const { events } = await call((request) => jobs.events.query(page, request), options, "repeatable");
        history.push(...events);
        isLast = limit !== undefined || events.length < largestPage;
      }
      const last = history.at(-1);
      if (last !== undefined) seen.note({ id, version: last.version });
      return history;
    },
    stats: (options = {}) => call((request) => jobs.stats.query(undefined, request), options, "repeatable"),
  };
}
