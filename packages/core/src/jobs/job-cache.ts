import { type ChangeFeed, goneVersion, type JobNotice } from "../changes/change-feed.ts";
import { FleetError } from "../errors.ts";
import type { Job } from "./job.ts";
import type { JobMemoryStore } from "./job-memory-store.ts";

/** The reads and writes of one job that are under way, and the lowest version that may be kept. */
interface Flight {
  operations: number;
  floor: number;
  load: Promise<Job | undefined> | undefined;
}

/** A write whose jobs are known only when it returns, and the versions that were announced since it began. */
interface Sweep {
  readonly floorOf: Map<string, number>;
  floor: number;
}

export interface JobCacheOptions {
  readonly memory: JobMemoryStore;
  readonly changes: ChangeFeed;
  /** How long a copy may be served before the database is asked again. */
  readonly trustMs: number;
}

/**
 * Keeps the memory store true while jobs change under it.
 *
 * A notice drops an older copy. A read or write that was under way when its job changed is
 * not kept when it comes back older than the change. While the feed is down nothing is served
 * from memory, and what is there goes when the feed returns; only an unreachable database
 * makes an old copy better than none, and such a copy is marked `stale`.
 */
export class JobCache {
  readonly #memory: JobMemoryStore;
  readonly #changes: ChangeFeed;
  readonly #trustMs: number;
  readonly #flights = new Map<string, Flight>();
  readonly #sweeps = new Set<Sweep>();
  /** Copies in memory whose job's last write ended unknown: they may be older than the database. */
  readonly #uncertain = new WeakSet<Job>();

  constructor({ memory, changes, trustMs }: JobCacheOptions) {
    this.#memory = memory;
    this.#changes = changes;
    this.#trustMs = trustMs;
    changes.subscribe({ onChange: (notice) => this.#age(notice), onGap: () => this.#forget() });
  }

  /**
   * The job, from memory if a copy of at least `minVersion` may be served, else from `load`.
   * Reads of one job that overlap share one load.
   *
   * @throws whatever `load` throws, unless it is `STORE_UNAVAILABLE` and memory has a copy
   */
  async read(id: string, minVersion: number, load: () => Promise<Job | undefined>): Promise<Job | undefined> {
    const hot = this.#memory.get(id, this.#trustMs);
    if (hot !== undefined && hot.version >= minVersion && this.#isCurrent(hot)) return hot;
    try {
      return await this.#load(id, minVersion, load);
    } catch (error) {
      const last = this.#memory.get(id);
      if (last === undefined || !FleetError.is(error, "STORE_UNAVAILABLE")) throw error;
      return { ...last, stale: true };
    }
  }

  /** Drops what has expired, and says how many jobs those were. */
  cleanUp(): number {
    return this.#memory.cleanup();
  }

  /** The copy in memory, as long as its time there. It may be older than the database: whoever asks has to check. */
  known(id: string): Job | undefined {
    return this.#memory.get(id);
  }

  /**
   * Runs a write to one job. When it happened, `jobOf` gives the job that it left behind, which
   * is kept, and its version announced.
   *
   * @throws whatever `work` throws
   */
  async write<Outcome>(id: string, work: () => Promise<Outcome>, jobOf: (outcome: Outcome) => Job | undefined): Promise<Outcome> {
    const flight = this.#takeOff(id);
    try {
      const outcome = await work();
      const job = jobOf(outcome);
      if (job !== undefined) {
        this.#keepFrom(flight, job);
        this.#announce(job);
      }
      return outcome;
    } catch (error) {
      this.#doubt(id);
      throw error;
    } finally {
      this.#land(id, flight);
    }
  }

  /**
   * Runs a write that finds its jobs by itself, as a claim does. The jobs that it left behind are kept as
   * those of {@link write} are, and their versions announced. When it throws, nobody knows which jobs it found:
   * older copies of those are served until they have been trusted for long enough, or a notice comes.
   *
   * @throws whatever `work` throws
   */
  async writeFound<Found extends Job>(work: () => Promise<readonly Found[]>): Promise<readonly Found[]> {
    const sweep: Sweep = { floorOf: new Map(), floor: 0 };
    this.#sweeps.add(sweep);
    try {
      const jobs = await work();
      for (const job of jobs) {
        if (job.version >= Math.max(sweep.floor, sweep.floorOf.get(job.id) ?? 0)) this.#keep(job);
        this.#announce(job);
      }
      return jobs;
    } finally {
      this.#sweeps.delete(sweep);
    }
  }

  /** Says that a job is gone. */
  drop(id: string): void {
    this.#changes.announce({ jobId: id, version: goneVersion });
  }

  async #load(id: string, minVersion: number, load: () => Promise<Job | undefined>): Promise<Job | undefined> {
    const shared = this.#flights.get(id);
    // A load that began before a change may return what was there before it.
    if (shared?.load !== undefined && shared.floor === 0 && minVersion === 0) return shared.load;
    const loading = this.#loadOnce(id, load);
    const flight = this.#flights.get(id);
    if (flight !== undefined) flight.load = loading;
    return loading;
  }

  async #loadOnce(id: string, load: () => Promise<Job | undefined>): Promise<Job | undefined> {
    const flight = this.#takeOff(id);
    try {
      const job = await load();
      if (job !== undefined) this.#keepFrom(flight, job);
      return job;
    } finally {
      this.#land(id, flight);
    }
  }

  #takeOff(id: string): Flight {
    let flight = this.#flights.get(id);
    if (flight === undefined) {
      flight = { operations: 0, floor: 0, load: undefined };
      this.#flights.set(id, flight);
    }
    flight.operations += 1;
    return flight;
  }

  /** Keeps what a flight brought, unless the job has changed since it took off. */
  #keepFrom(flight: Flight, job: Job): void {
    if (job.version >= flight.floor) this.#keep(job);
  }

  #land(id: string, flight: Flight): void {
    flight.operations -= 1;
    flight.load = undefined;
    if (flight.operations === 0) this.#flights.delete(id);
  }

  #announce({ id, version, type, availableAt }: Job): void {
    this.#changes.announce({ jobId: id, version, wanted: availableAt === null ? undefined : type });
  }

  #isCurrent(copy: Job): boolean {
    return this.#changes.isLive && !this.#uncertain.has(copy);
  }

  #keep(job: Job): void {
    const known = this.#memory.get(job.id);
    if (known !== undefined && known.version > job.version) return;
    this.#memory.set(job);
  }

  /** A write that failed may have happened all the same: what is here, or on its way here, may be older. */
  #doubt(id: string): void {
    const copy = this.#memory.get(id);
    if (copy !== undefined) this.#uncertain.add(copy);
    this.#raise(id, Number.POSITIVE_INFINITY);
  }

  #age({ jobId, version }: JobNotice): void {
    const known = this.#memory.get(jobId);
    if (known !== undefined && known.version < version) this.#memory.delete(jobId);
    this.#raise(jobId, version);
  }

  /** Nothing older than this that is on its way here may be kept. */
  #raise(id: string, version: number): void {
    const flight = this.#flights.get(id);
    if (flight !== undefined && flight.floor < version) flight.floor = version;
    for (const { floorOf } of this.#sweeps) {
      if ((floorOf.get(id) ?? 0) < version) floorOf.set(id, version);
    }
  }

  #forget(): void {
    this.#memory.clear();
    for (const underWay of [...this.#flights.values(), ...this.#sweeps]) underWay.floor = Number.POSITIVE_INFINITY;
  }
}
