/**
 * That something is to end, and why: as `AbortController`, but its signal is made when somebody asks for it. Most
 * handlers never look at theirs, and to make one took longer than everything else in a short run.
 */
export class Ending {
  readonly #controller = new AbortController();
  /** Made with the first listener. */
  #listeners: (() => void)[] | undefined;
  #reason: Error | undefined;

  /** Why; undefined as long as nothing is to end. */
  get reason(): Error | undefined {
    return this.#reason;
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** The first reason stays. */
  end(reason: Error): void {
    if (this.#reason !== undefined) return;
    this.#reason = reason;
    this.#controller.abort(reason);
    for (const listener of this.#listeners ?? []) listener();
  }

  /** Calls the listener once, as soon as there is a reason. */
  whenEnded(listener: () => void): void {
    if (this.#reason !== undefined) listener();
    else if (this.#listeners === undefined) this.#listeners = [listener];
    else this.#listeners.push(listener);
  }
}
