/** How many jobs are remembered; those that were seen longest ago are forgotten first. About 100 bytes each. */
const maxJobs = 10_000;

interface Seen {
  /** The highest version seen. */
  version: number;
  /** How many changes of unknown version the job has had by this client. */
  doubts: number;
  /** How many of those the version is known to include. */
  settled: number;
}

/** A job, as far as it matters here. */
interface SeenJob {
  readonly id: string;
  readonly version: number;
  /** Present when the copy may be older than what was asked for. */
  readonly stale?: true | undefined;
}

/** What was known when a request was sent. */
interface Mark {
  /** A copy below this version would be older than what was seen. Undefined: any copy is news. */
  readonly minVersion: number | undefined;
  readonly doubts: number;
}

/**
 * The highest version that a client has seen of each job.
 *
 * Each read carries it, so that no instance answers with an older copy than what another one has
 * shown or acknowledged. A `Map` keeps its keys in the order in which they were set, which is all
 * that forgetting the oldest needs.
 */
export class SeenVersions {
  readonly #jobs = new Map<string, Seen>();
  readonly #maxJobs: number;

  constructor(max = maxJobs) {
    this.#maxJobs = max;
  }

  /** Makes a read that brings no older copy than what was seen. The caller may ask for a still newer one. */
  async read<Job extends SeenJob>(
    id: string,
    wanted: number | undefined,
    request: (minVersion: number | undefined) => Promise<Job>,
  ): Promise<Job> {
    const mark = this.mark(id);
    const job = await request(wanted === undefined ? mark.minVersion : Math.max(wanted, mark.minVersion ?? 0));
    this.note(job, mark);
    return job;
  }

  /** Makes a change whose reply is the job. One that fails may have happened, or says that others were faster. */
  async write<Job extends SeenJob>(id: string | undefined, request: () => Promise<Job>): Promise<Job> {
    const mark = id === undefined ? undefined : this.mark(id);
    try {
      const job = await request();
      this.note(job, mark);
      return job;
    } catch (error) {
      if (id !== undefined) this.doubt(id);
      throw error;
    }
  }

  /** Makes a change whose reply does not say what became of the job. */
  async writeBlindly<Reply>(id: string, request: () => Promise<Reply>): Promise<Reply> {
    try {
      return await request();
    } finally {
      this.doubt(id);
    }
  }

  /** To be taken before a request is sent, and handed to {@link note} with what it brought. */
  mark(id: string): Mark {
    const seen = this.#jobs.get(key(id));
    if (seen === undefined) return { minVersion: undefined, doubts: 0 };
    const { version, doubts, settled } = seen;
    // Above every version: no copy in memory is good enough.
    return { minVersion: doubts > settled ? Number.MAX_SAFE_INTEGER : version, doubts };
  }

  /** A reply has shown this version. */
  note({ id, version, stale }: SeenJob, mark?: Mark): void {
    const seen = this.#take(id);
    seen.version = Math.max(seen.version, version);
    if (mark !== undefined && !stale) seen.settled = Math.max(seen.settled, Math.min(mark.doubts, seen.doubts));
  }

  /** The job has changed, or may have, and no reply has said to what version. */
  doubt(id: string): void {
    this.#take(id).doubts += 1;
  }

  /** The entry of a job, which is the youngest from now on. */
  #take(id: string): Seen {
    const known = this.#jobs.get(key(id));
    this.#jobs.delete(key(id));
    const seen = known ?? { version: 0, doubts: 0, settled: 0 };
    this.#jobs.set(key(id), seen);
    if (this.#jobs.size > this.#maxJobs) this.#jobs.delete(this.#jobs.keys().next().value as string);
    return seen;
  }
}

/** UUIDs are the same in capitals. */
function key(id: string): string {
  return id.toLowerCase();
}
