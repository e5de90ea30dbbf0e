import type { ChangeFeed } from "../changes/change-feed.ts";

/** How far the queue was read in one lane: everything before this instant was taken. */
export interface QueueMark {
  readonly type: string;
  readonly priority: number;
  readonly at: Date;
}

/** A look at the queue, from the marks on. */
export interface QueueLook {
  /** Empty: from the start. */
  readonly from: readonly QueueMark[];
  /** Where the look got to; undefined when it saw the end of the queue. */
  end(reached: readonly QueueMark[] | undefined): void;
}

/** What stands before a mark all the same, because nobody here was told of it, waits this long at most. */
const maxAgeMs = 1_000;

/**
 * Remembers how far the queue has been taken, as long as there is more than fits into one claim.
 *
 * PostgreSQL keeps what is deleted until the oldest transaction of the server has ended, and who
 * reads an index from its start steps over all of it, every time. With the marks a claim begins where the last one
 * ended. A job can still come to stand before a mark: one that goes back to its old place is announced, and makes the
 * next claim begin at the start; one whose creation committed late, or whose announcement was lost,
 * is found after a second, when the marks are too old.
 */
export class QueueMarks {
  readonly #marks = new Map<string, QueueMark>();
  #madeAtMs = 0;
  /** Changes with every reset, so that a look that began before sets no mark behind it. */
  #epoch = 0;

  constructor(changes: Pick<ChangeFeed, "subscribe">) {
    changes.subscribe({
      onChange: ({ wanted, version }) => {
        if (wanted !== undefined && version > 1) this.#reset();
      },
      onGap: () => this.#reset(),
    });
  }

  look(): QueueLook {
    if (performance.now() - this.#madeAtMs > maxAgeMs) this.#reset();
    const epoch = this.#epoch;
    return {
      from: [...this.#marks.values()],
      end: (reached) => {
        if (epoch !== this.#epoch) return;
        if (reached === undefined) return this.#reset();
        if (this.#marks.size === 0) this.#madeAtMs = performance.now();
        for (const mark of reached) this.#advance(mark);
      },
    };
  }

  #advance(mark: QueueMark): void {
    const lane = `${mark.priority} ${mark.type}`;
    const known = this.#marks.get(lane);
    if (known === undefined || known.at < mark.at) this.#marks.set(lane, mark);
  }

  #reset(): void {
    this.#marks.clear();
    this.#epoch += 1;
  }
}
