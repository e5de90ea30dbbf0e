/** Something to wait for that comes once, perhaps before anybody waits. */
export class Wait {
  #isOver = false;
  #end = () => {};

  /** It has come. */
  wake(): void {
    this.#isOver = true;
    this.#end();
  }

  /** Lets whoever waits go, though it has not come. */
  interrupt(): void {
    this.#end();
  }

  /** Resolves when it has come, when it is interrupted, after `ms`, or when the signal ends. */
  until(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (this.#isOver || signal?.aborted) return resolve();
      const end = () => {
        clearTimeout(timer);
        signal?.removeEventListener("abort", end);
        resolve();
      };
      const timer = setTimeout(end, ms);
      this.#end = end;
      signal?.addEventListener("abort", end, { once: true });
    });
  }
}
