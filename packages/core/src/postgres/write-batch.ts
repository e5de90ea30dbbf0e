import { FleetError } from "../errors.ts";
import { lostRace } from "./translate-error.ts";

export interface WriteBatchOptions<Item, Outcome> {
  /** Names what the item writes to: two items of one key never share a statement, and keep their order. */
  keyOf(item: Item): string;
  /** Names the statement that can carry the item: items of two never travel together. Default: all travel in one. */
  statementOf?(item: Item): unknown;
  /**
   * Writes the items in one statement; outcome i belongs to item i. It rejects only when nothing
   * was written; what the statement left undecided comes back as a promise of its own.
   */
  flush(items: readonly Item[]): Promise<(Outcome | Promise<Outcome>)[]>;
  /** Asks which of these writes happened, after a connection was lost: undefined for one that did not. */
  settle(items: readonly Item[]): Promise<(Outcome | undefined)[]>;
  /** How many statements may be under way at once. */
  maxInFlight: number;
  /** How many items a statement may carry. Default: 500. */
  maxRows?: number;
  /**
   * From how many waiting items on they are shared out among the statements that may be under way, so that the database works on
   * one while this process reads the reply to the other. Default: never.
   */
  shareFrom?: number;
}

interface Waiting<Item, Outcome> {
  readonly item: Item;
  readonly key: string;
  resolve(outcome: Outcome | Promise<Outcome>): void;
  reject(error: unknown): void;
}

/**
 * Lets writes that are made in the same tick, or while others are under way, travel in one
 * statement. Each caller gets its own outcome or its own error.
 *
 * When a statement fails, its items are tried one by one, so that neither a bad row nor a deadlock fails its
 * neighbours. When the connection was lost, the outcome is unknown: then the database is asked.
 */
export class WriteBatch<Item, Outcome> {
  readonly #options: WriteBatchOptions<Item, Outcome>;
  readonly #maxRows: number;
  readonly #shareFrom: number;
  readonly #busyKeys = new Set<string>();
  #queue: Waiting<Item, Outcome>[] = [];
  #inFlight = 0;
  #scheduled = false;

  constructor(options: WriteBatchOptions<Item, Outcome>) {
    this.#options = options;
    this.#maxRows = options.maxRows ?? 500;
    this.#shareFrom = options.shareFrom ?? Number.POSITIVE_INFINITY;
  }

  add(item: Item): Promise<Outcome> {
    return new Promise((resolve, reject) => {
      this.#queue.push({ item, key: this.#options.keyOf(item), resolve, reject });
      this.#schedule();
    });
  }

  #schedule(): void {
    if (this.#scheduled || this.#queue.length === 0 || this.#inFlight >= this.#options.maxInFlight) return;
    this.#scheduled = true;
    // After the callbacks of this turn: everything that they write goes out together.
    setImmediate(() => {
      this.#scheduled = false;
      const batch = this.#take();
      if (batch.length > 0) void this.#send(batch);
    });
  }

  /** The longest waiting items that may share a statement now. */
  #take(): Waiting<Item, Outcome>[] {
    const { statementOf = () => undefined } = this.#options;
    const batch: Waiting<Item, Outcome>[] = [];
    const passedOver: Waiting<Item, Outcome>[] = [];
    /** Whoever writes to one of these would overtake an item that was passed over. */
    const keysPassedOver = new Set<string>();
    const maxRows = this.#share();
    let statement: unknown;
    let seen = 0;
    for (const waiting of this.#queue) {
      if (batch.length === maxRows) break;
      seen += 1;
      const { item, key } = waiting;
      if (batch.length === 0) statement = statementOf(item);
      if (this.#busyKeys.has(key) || keysPassedOver.has(key) || statementOf(item) !== statement) {
        passedOver.push(waiting);
        keysPassedOver.add(key);
      } else {
        batch.push(waiting);
        this.#busyKeys.add(key);
      }
    }
    this.#queue = [...passedOver, ...this.#queue.slice(seen)];
    return batch;
  }

  /** How many items the next statement may carry. */
  #share(): number {
    const count = this.#queue.length;
    const statements = count < this.#shareFrom ? 1 : this.#options.maxInFlight - this.#inFlight;
    return Math.min(this.#maxRows, Math.ceil(count / statements));
  }

  async #send(batch: readonly Waiting<Item, Outcome>[]): Promise<void> {
    this.#inFlight += 1;
    this.#schedule();
    await this.#deliver(batch);
    for (const { key } of batch) this.#busyKeys.delete(key);
    this.#inFlight -= 1;
    this.#schedule();
  }

  async #deliver(batch: readonly Waiting<Item, Outcome>[]): Promise<void> {
    try {
      const outcomes = await this.#options.flush(batch.map(({ item }) => item));
      for (const [index, waiting] of batch.entries()) waiting.resolve(outcomes[index] as Outcome | Promise<Outcome>);
      const undecided = outcomes.filter((outcome) => outcome instanceof Promise);
      if (undecided.length > 0) await Promise.allSettled(undecided);
    } catch (error) {
      const isUnknown = FleetError.is(error, "STORE_UNAVAILABLE") && !lostRace(error);
      if (isUnknown) await this.#settle(batch, error);
      else if (batch.length === 1) batch[0]?.reject(error);
      else for (const waiting of batch) await this.#deliver([waiting]);
    }
  }

  async #settle(batch: readonly Waiting<Item, Outcome>[], error: FleetError): Promise<void> {
    const outcomes = await this.#options.settle(batch.map(({ item }) => item)).catch(() => []);
    for (const [index, waiting] of batch.entries()) {
      const outcome = outcomes[index];
      if (outcome === undefined) waiting.reject(error);
      else waiting.resolve(outcome);
    }
  }
}
