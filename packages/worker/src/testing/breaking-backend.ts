import type { WorkerBackend } from "../worker-backend.ts";

type Method = keyof WorkerBackend;

/**
 * A real backend behind a line that a test cuts.
 *
 * While it is cut nothing gets through. A call whose reply is to be lost happens, and nobody is told.
 */
export class BreakingBackend {
  readonly door: WorkerBackend;
  isCut = false;
  /** How many calls of each method have been made. */
  readonly calls = new Map<Method, number>();
  readonly #losing = new Map<Method, number>();
  readonly #broken = new Map<Method, number>();

  constructor(backend: WorkerBackend) {
    this.door = new Proxy(backend, {
      get: (target, name: Method) => (input: never, options: never) => this.#call(target, name, input, options),
    });
  }

  /** Loses the next replies of a method. */
  loseReplies(method: Method, times = 1): void {
    this.#losing.set(method, times);
  }

  /** Lets the next calls of a method fail by a fault, and not because of the line. */
  break(method: Method, times: number): void {
    this.#broken.set(method, times);
  }

  async #call(backend: WorkerBackend, name: Method, input: never, options: never): Promise<unknown> {
    this.calls.set(name, (this.calls.get(name) ?? 0) + 1);
    if (this.isCut) throw new LineBroken();
    const broken = this.#broken.get(name) ?? 0;
    if (broken > 0) {
      this.#broken.set(name, broken - 1);
      throw new Error("a fault");
    }
    const reply = await backend[name](input, options);
    const left = this.#losing.get(name) ?? 0;
    if (left > 0) {
      this.#losing.set(name, left - 1);
      throw new LineBroken();
    }
    if (this.isCut) throw new LineBroken();
    return reply;
  }
}

/** What a client throws when the server gave no reply. */
class LineBroken extends Error {
  readonly code = "NETWORK_ERROR";
  readonly retryable = true;
}
