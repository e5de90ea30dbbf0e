import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import type { JobDefinition, LeasedJob } from "@skill-fleet/client";
import { ClaimLoop } from "./claim-loop.ts";
import { codeOf, LeaseLostError } from "./errors.ts";
import { type Handler, type HandlerOptions, HandlerRun, type HandlerRunParts, type Registration } from "./handler-run.ts";
import { Heartbeat } from "./heartbeat.ts";
import { RunningHandlers } from "./running-handlers.ts";
import type { WorkerBackend } from "./worker-backend.ts";
import { silentLogger, type WorkerLogger } from "./worker-logger.ts";

/** How a worker works. */
export interface WorkerOptions {
  /** `openFleet().leases` in the same process, or `createClient().worker`. */
  readonly backend: WorkerBackend;
  /**
   * How many handlers run at once; those that wait for a person or sleep do not count. Beside them up to as many
   * that have ended may be held until the fleet has acknowledged their ends. Default: 10.
   */
  readonly concurrency?: number | undefined;
  /** How many waiting handlers stay in memory; beyond that the longest waiting starts over when its answer comes. Default: 10,000. */
  readonly maxParked?: number | undefined;
  /** A name of its own, never that of another worker that lives. Default: made of the host's name and the process id. */
  readonly id?: string | undefined;
  /** Default: says nothing; errors of handlers are in the history of their jobs either way. */
  readonly logger?: WorkerLogger | undefined;
}

/** How a worker is stopped. */
export interface StopOptions {
  /** How long handlers may go on before they are told to end. Default: 10 seconds. */
  readonly drainMs?: number | undefined;
}

/** Runs the handlers of jobs. Made by {@link createWorker}. */
export interface Worker {
  /** The name under which it has its jobs. */
  readonly id: string;
  /**
   * Names what does the work of a job type; before the start. A job type has one handler.
   *
   * @throws {Error} when the worker has started, or the type has a handler already
   */
  handle<const Definition extends JobDefinition>(definition: Definition, handler: Handler<Definition>, options?: HandlerOptions): this;
  /**
   * Registers the worker and begins to claim. A fleet that is away is waited for.
   *
   * @throws whatever the backend refuses; {Error} when the worker has no handler, or was started or stopped before
   */
  start(): Promise<void>;
  /**
   * Claims nothing more, lets handlers end, tells those that do not to, and hands what is left back without
   * costing an attempt. Returns when everything has ended. Safe to call twice, and unstarted.
   */
  stop(options?: StopOptions): Promise<void>;
}

const defaultDrainMs = 10_000;
/** How long the jobs of handlers that were told to end may take to be handed back. */
const handBackMs = 3_000;

/**
 * Makes a worker. It claims jobs for its free slots only, wakes when there is one, and beats once for all
 * that it has. When no beat was acknowledged for too long it lets go of everything, because others may
 * have it, and goes on by itself once the fleet is back.
 *
 * @throws {Error} when `concurrency` or `maxParked` is no number that it may be
 */
export function createWorker(options: WorkerOptions): Worker {
  return new FleetWorker(options);
}

class FleetWorker implements Worker {
  readonly id: string;
  readonly #backend: WorkerBackend;
  readonly #logger: WorkerLogger;
  readonly #registrations = new Map<string, Registration>();
  readonly #handlers: RunningHandlers;
  readonly #runParts: HandlerRunParts;
  readonly #stop = new AbortController();
  #starting: Promise<void> | undefined;
  #stopping: Promise<void> | undefined;
  #claims: ClaimLoop | undefined;
  #heartbeat: Heartbeat | undefined;

  constructor({ backend, concurrency = 10, maxParked = 10_000, id, logger = silentLogger }: WorkerOptions) {
    if (!Number.isSafeInteger(concurrency) || concurrency < 1) throw new Error("concurrency must be a whole number from 1 on.");
    if (!Number.isSafeInteger(maxParked) || maxParked < 0) throw new Error("maxParked must be a whole number from 0 on.");
    this.id = id ?? `${hostname()}-${process.pid}-${randomUUID().slice(0, 8)}`;
    this.#backend = backend;
    this.#logger = logger;
    this.#handlers = new RunningHandlers({ concurrency, maxParked });
    this.#runParts = {
      backend,
      logger,
      onPark: (run) => this.#handlers.park(run),
      onEnd: (run) => this.#handlers.free(run),
      onSettled: (run) => this.#handlers.remove(run),
    };
  }

  handle<const Definition extends JobDefinition>(definition: Definition, handler: Handler<Definition>, options: HandlerOptions = {}): this {
    if (this.#starting !== undefined) throw new Error("Handlers are named before the worker starts.");
    if (this.#registrations.has(definition.type)) throw new Error(`The job type ${definition.type} has a handler already.`);
    this.#registrations.set(definition.type, { ...options, definition, handler: handler as unknown as Handler<JobDefinition> });
    return this;
  }

  async start(): Promise<void> {
    if (this.#starting !== undefined || this.#stopping !== undefined) throw new Error("A worker starts once.");
    if (this.#registrations.size === 0) throw new Error("A worker without a handler has nothing to do.");
    this.#starting = this.#start();
    return this.#starting;
  }

  stop(options: StopOptions = {}): Promise<void> {
    this.#stopping ??= this.#end(options);
    return this.#stopping;
  }

  async #start(): Promise<void> {
    const types = [...this.#registrations.keys()];
    const claims = new ClaimLoop({
      worker: { id: this.id, types },
      backend: this.#backend,
      logger: this.#logger,
      handlers: this.#handlers,
      onJob: (job) => this.#take(job),
      onDoubt: () => this.#heartbeat?.beatSoon(),
    });
    const heartbeat = new Heartbeat({
      worker: { id: this.id, types },
      backend: this.#backend,
      logger: this.#logger,
      handlers: this.#handlers,
      claims,
    });
    this.#claims = claims;
    this.#heartbeat = heartbeat;
    await heartbeat.start(this.#stop.signal);
    if (this.#stop.signal.aborted) return;
    claims.start();
    this.#logger.info({ workerId: this.id, types }, "Worker started");
  }

  /** Lets the handler of a claimed job go on, if it waits here, or begin. */
  #take(job: LeasedJob): void {
    const parked = this.#handlers.unpark(job);
    if (parked !== undefined) {
      parked.resume(job.run);
      return;
    }
    const registration = this.#registrations.get(job.type);
    if (registration === undefined) throw new Error(`The fleet sent a job of type ${job.type}, for which there is no handler here.`);
    const run = new HandlerRun(job, registration, this.#runParts);
    this.#handlers.add(run);
    void run.execute();
  }

  async #end({ drainMs = defaultDrainMs }: StopOptions): Promise<void> {
    this.#stop.abort();
    await this.#starting?.catch(() => {});
    if (this.#claims === undefined || this.#heartbeat === undefined) return;
    await this.#claims.stop();
    await this.#handlers.settled(drainMs);
    for (const run of this.#handlers.held()) run.interrupt();
    // A handler that goes on is abandoned after its grace, and its job is released, if the fleet is there.
    await this.#handlers.settled(handBackMs);
    await this.#heartbeat.settle();
    for (const run of this.#handlers.held()) run.lose(new LeaseLostError("The worker has stopped while the fleet was away."));
    await this.#heartbeat.stop();
    try {
      await this.#backend.deregister({ workerId: this.id });
    } catch (error) {
      if (codeOf(error) === undefined) throw error;
      this.#logger.warn({ err: error, workerId: this.id }, "The worker could not say goodbye: its jobs go back once it is taken for dead");
    }
    for (const run of this.#handlers.parked()) run.lose(new LeaseLostError("The worker has stopped."));
    this.#logger.info({ workerId: this.id }, "Worker stopped");
  }
}
