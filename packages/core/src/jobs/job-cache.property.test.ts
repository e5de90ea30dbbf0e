import fc from "fast-check";
import { expect, test } from "vitest";
import { FleetError } from "../errors.ts";
import { buildJob } from "../testing/build-job.ts";
import { ManualChangeFeed } from "../testing/manual-change-feed.ts";
import { ManualClock } from "../testing/manual-clock.ts";
import { JobCache } from "./job-cache.ts";
import { JobMemoryStore } from "./job-memory-store.ts";

const { id } = buildJob();
const acts = ["read", "read", "write", "claim", "lost write", "remote write", "cut", "restore"] as const;

/** One instance with its cache, a database that is only a version, and another instance that writes too. */
class Simulation {
  readonly #scheduler: fc.Scheduler;
  readonly #feed = new ManualChangeFeed();
  readonly #cache: JobCache;
  #stored = 1;
  /** The highest version that this instance has acknowledged or was told of: no later read may return less. */
  #known = 1;
  #missed = 1;

  constructor(scheduler: fc.Scheduler) {
    this.#scheduler = scheduler;
    const memory = new JobMemoryStore({ clock: new ManualClock() });
    this.#cache = new JobCache({ memory, changes: this.#feed, trustMs: Number.POSITIVE_INFINITY });
  }

  async act(act: (typeof acts)[number]): Promise<void> {
    await this.#pause("start");
    if (act === "cut") return this.#feed.cut();
    if (act === "restore") return this.#restore();
    if (act === "read") return this.#read();
    if (act === "remote write") return this.#writeRemotely();
    if (act === "claim") return this.#claim();
    return this.#write(act === "lost write");
  }

  async #read(): Promise<void> {
    const known = this.#known;
    const job = await this.#cache.read(id, 0, async () => {
      await this.#pause("query");
      const version = this.#stored;
      await this.#pause("result");
      return buildJob({ id, version });
    });
    expect(job?.version).toBeGreaterThanOrEqual(known);
  }

  /** A lost write commits, but its reply never comes: whoever made it was told that it may have happened. */
  async #write(lost: boolean): Promise<void> {
    let version = 0;
    const write = async () => {
      version = await this.#commit();
      if (lost) throw new FleetError("STORE_UNAVAILABLE", "lost");
      return buildJob({ id, version });
    };
    await this.#cache.write(id, write, (job) => job).catch(() => {});
    this.#known = Math.max(this.#known, version);
  }

  async #claim(): Promise<void> {
    const [job] = await this.#cache.writeFound(async () => [buildJob({ id, version: await this.#commit() })]);
    this.#known = Math.max(this.#known, job?.version ?? 0);
  }

  async #commit(): Promise<number> {
    await this.#pause("statement");
    this.#stored += 1;
    const version = this.#stored;
    await this.#pause("reply");
    return version;
  }

  async #writeRemotely(): Promise<void> {
    this.#stored += 1;
    const version = this.#stored;
    await this.#pause("notice");
    if (!this.#feed.isLive) {
      this.#missed = Math.max(this.#missed, version);
      return;
    }
    this.#feed.announce({ jobId: id, version });
    this.#known = Math.max(this.#known, version);
  }

  #restore(): void {
    this.#feed.restore();
    this.#known = Math.max(this.#known, this.#missed);
  }

  async #pause(label: string): Promise<void> {
    await this.#scheduler.schedule(Promise.resolve(), label);
  }
}

test("however reads, writes, lost replies and notices interleave, no read returns less than was known when it began", async () => {
  const script = fc.array(fc.constantFrom(...acts), { minLength: 2, maxLength: 14 });
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), script, async (scheduler, script) => {
      const simulation = new Simulation(scheduler);
      const running = Promise.all(script.map((act) => simulation.act(act)));
      await scheduler.waitFor(running);
    }),
    { numRuns: 2_000 },
  );
});
