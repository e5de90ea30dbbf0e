import type { Random } from "../random.ts";

/** A lease as whoever claimed it knows it. */
export interface KnownLease {
  readonly jobId: string;
  readonly run: number;
}

/** How many things of a kind are remembered. */
const sizes = { jobs: 60, oldJobs: 24, prompts: 12, leases: 16 } as const;
/** One job of so many is touched long after the others of its time are forgotten. */
const oldJobInterval = 10;
/** How many of the latest are touched most: few, so that clients meet at them. */
const hot = { jobs: 10, leases: 4 } as const;

/** What all clients know of: any of them may touch anything, also what is over. */
export class Board {
  readonly #jobs: string[] = [];
  readonly #oldJobs: string[] = [];
  readonly #prompts: { readonly id: string; readonly jobId: string }[] = [];
  readonly #leases: KnownLease[] = [];
  #jobCount = 0;

  noteJob(id: string): void {
    note(this.#jobs, id, sizes.jobs);
    if (this.#jobCount % oldJobInterval === 0) note(this.#oldJobs, id, sizes.oldJobs);
    this.#jobCount += 1;
  }

  notePrompt(prompt: { readonly id: string; readonly jobId: string }): void {
    if (!this.#prompts.some(({ id }) => id === prompt.id)) note(this.#prompts, prompt, sizes.prompts);
  }

  noteLease(lease: KnownLease): void {
    note(this.#leases, lease, sizes.leases);
  }

  /** Mostly one of the latest; else one that instances may have had in memory for long. */
  job(random: Random): string | undefined {
    const age = random.weighted({ hot: 3, any: 1, old: 1 });
    if (age === "old") return random.pick(this.#oldJobs);
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
