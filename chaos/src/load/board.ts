import type { Random } from "../random.ts";

/** A lease as whoever claimed it knows it. */
export interface KnownLease {
  readonly jobId: string;
  readonly run: number;
}

/** How many things of a kind are remembered. */
const sizes = { jobs: 60, firstJobs: 6, prompts: 12, leases: 16 } as const;
/** How many of the latest are touched most: few, so that clients meet at them. */
const hot = { jobs: 10, leases: 4 } as const;

/** What all clients know of: any of them may touch anything, also what is over. */
export class Board {
  readonly #jobs: string[] = [];
  readonly #firstJobs: string[] = [];
  readonly #prompts: { readonly id: string; readonly jobId: string }[] = [];
  readonly #leases: KnownLease[] = [];

  noteJob(id: string): void {
    note(this.#jobs, id, sizes.jobs);
    if (this.#firstJobs.length < sizes.firstJobs) this.#firstJobs.push(id);
  }

  notePrompt(prompt: { readonly id: string; readonly jobId: string }): void {
    if (!this.#prompts.some(({ id }) => id === prompt.id)) note(this.#prompts, prompt, sizes.prompts);
  }

  noteLease(lease: KnownLease): void {
    note(this.#leases, lease, sizes.leases);
  }

  /** Mostly one of the latest; else one that instances may have had in memory for long. */
  job(random: Random): string | undefined {
    const age = random.weighted({ hot: 3, any: 1, first: 1 });
    if (age === "first") return random.pick(this.#firstJobs);
    return random.pick(age === "hot" ? this.#jobs.slice(-hot.jobs) : this.#jobs);
  }

  prompt(random: Random) {
    return random.pick(this.#prompts);
  }

  /** Mostly one of the latest, which may be held; else one that is long over, as a zombie has it. */
  lease(random: Random): KnownLease | undefined {
    return random.pick(random.chance(0.7) ? this.#leases.slice(-hot.leases) : this.#leases);
  }
}

/** Keeps the latest. */
function note<Item>(list: Item[], item: Item, size: number): void {
  list.push(item);
  if (list.length > size) list.shift();
}
