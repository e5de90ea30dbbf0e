import type { LeasedJob } from "@skill-fleet/client";
import { Ending } from "./ending.ts";
import { codeOf, isRefusal, LeaseLostError } from "./errors.ts";
import { insist } from "./insist.ts";

/**
 * A worker's hold on one job, over all the runs in which its handler goes on.
 *
 * It is held, or parked while the handler waits for a person or sleeps, or lost. Writes go out under the
 * run that is held; while parked they wait. A lease that ended because the handler waits is not
 * taken for a lost one, whichever reply comes first.
 */
export class JobLease {
  readonly jobId: string;
  readonly #handler = new Ending();
  readonly #lost = new Ending();
  readonly #onPark: () => void;
  readonly #refusals = new WeakSet<Error>();
  #run: number;
  #parked: PromiseWithResolvers | undefined;
  /** Ends when the last call that may park has: those go out one after the other. */
  #parking: Promise<void> = Promise.resolve();

  constructor({ id, run }: LeasedJob, onPark: () => void) {
    this.jobId = id;
    this.#run = run;
    this.#onPark = onPark;
  }

  get run(): number {
    return this.#run;
  }

  get isParked(): boolean {
    return this.#parked !== undefined;
  }

  get isLost(): boolean {
    return this.#lost.reason !== undefined;
  }

  /** What the handler is given: it ends when the handler should. */
  get signal(): AbortSignal {
    return this.#handler.signal;
  }

  /** Why the handler should end; undefined as long as it should not. */
  get endReason(): Error | undefined {
    return this.#handler.reason;
  }

  /** Calls the listener once, as soon as the handler should end. */
  whenEnded(listener: () => void): void {
    this.#handler.whenEnded(listener);
  }

  /** Tells the handler to end. The job is still held. */
  interrupt(reason: Error): void {
    this.#handler.end(reason);
  }

  /** Notes that the job is in other hands. */
  lose(reason: LeaseLostError): void {
    this.#lost.end(reason);
    this.#handler.end(reason);
    this.#parked?.reject(reason);
    this.#parked = undefined;
  }

  /** Whether the fleet has refused what the handler gave it with this error, and not somebody else. */
  hasRefused(error: unknown): boolean {
    return error instanceof Error && this.#refusals.has(error);
  }

  /** Goes on in a new run: the job was claimed again. */
  resume(run: number): void {
    this.#run = run;
    this.#parked?.resolve();
    this.#parked = undefined;
  }

  /** Makes a call of the handler. @throws the reason of the signal, once the handler should end */
  write<Reply>(call: (run: number) => Promise<Reply>): Promise<Reply> {
    return this.#make(call, this.#handler, () => this.#parking);
  }

  /** Makes a call of the handler that ends the lease when `parks` says so of its reply. */
  async writeAndPark<Reply>(call: (run: number) => Promise<Reply>, parks: (reply: Reply) => boolean): Promise<Reply> {
    const turn = this.#parking.then(async () => {
      const reply = await this.#make(call, this.#handler, async () => {});
      if (parks(reply)) this.#park();
      return reply;
    });
    this.#parking = turn.then(
      () => {},
      () => {},
    );
    return turn;
  }

  /** Makes the last call, which says how the attempt ended: the handler's signal does not stop it, only the loss of the lease does. */
  finish<Reply>(call: (run: number) => Promise<Reply>): Promise<Reply> {
    return this.#make(call, this.#lost, () => this.#parking);
  }

  async #make<Reply>(call: (run: number) => Promise<Reply>, ending: Ending, settled: () => Promise<void>): Promise<Reply> {
    for (;;) {
      if (ending.reason !== undefined) throw ending.reason;
      if (this.#parked !== undefined) await this.#parked.promise;
      const run = this.#run;
      try {
        return await insist(() => call(run), ending);
      } catch (error) {
        if (ending.reason !== undefined) throw ending.reason;
        if (isRefusal(error)) this.#refusals.add(error);
        if (codeOf(error) !== "LEASE_LOST") throw error;
        await settled();
        if (run !== this.#run || this.isParked) continue;
        const lost = new LeaseLostError(`Job ${this.jobId} is in other hands.`, { cause: error });
        this.lose(lost);
        throw lost;
      }
    }
  }

  #park(): void {
    this.#parked = withResolvers();
    this.#onPark();
  }
}

interface PromiseWithResolvers {
  readonly promise: Promise<void>;
  resolve(): void;
  reject(reason: Error): void;
}

/** `Promise.withResolvers`, which Node 20 does not have. */
function withResolvers(): PromiseWithResolvers {
  let resolve = () => {};
  let reject: (reason: Error) => void = () => {};
  const promise = new Promise<void>((res, rej) => {
    resolve = res;
    reject = rej;
  });
  promise.catch(() => {});
  return { promise, resolve, reject };
}
