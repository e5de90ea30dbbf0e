import type { Random } from "../random.ts";

/** A lease as whoever claimed it knows it. */
export interface KnownLease {
  readonly jobId: string;
  readonly run: number;
}

/** How many things of a kind the clients keep in mind: few, so that they meet at the same ones. */
const sizes = { jobs: 12, prompts: 12, leases: 16 } as const;

/** What all clients know of: any of them may touch anything, also what is over. */
export class Board {
  readonly #jobs: string[] = [];
  readonly #prompts: { readonly id: string; readonly jobId: string }[] = [];
  readonly #leases: KnownLease[] = [];

  noteJob(id: string): void {
    note(this.#jobs, id, sizes.jobs);
  }

  notePrompt(prompt: { readonly id: string; readonly jobId: string }): void {
    if (!this.#prompts.some(({ id }) => id === prompt.id)) note(this.#prompts, prompt, sizes.prompts);
  }

  noteLease(lease: KnownLease): void {
    note(this.#leases, lease, sizes.leases);
  }

  job(random: Random): string | undefined {
    return random.pick(this.#jobs);
  }

  prompt(random: Random) {
    return random.pick(this.#prompts);
  }

  /** Mostly one of the latest, which may be held; else one that is long over, as a zombie has it. */
  lease(random: Random): KnownLease | undefined {
    return random.pick(random.chance(0.7) ? this.#leases.slice(-4) : this.#leases);
  }
}

/** Keeps the latest. */
function note<Item>(list: Item[], item: Item, size: number): void {
  list.push(item);
  if (list.length > size) list.shift();
}
