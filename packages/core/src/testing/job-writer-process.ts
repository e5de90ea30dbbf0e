import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface, type Interface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { Persistence } from "../fleet.ts";

/** The compiled program: a child process runs no TypeScript. */
const program = fileURLToPath(new URL("../../dist/testing/job-writer.js", import.meta.url));

/** A real process of its own that creates jobs under load, see `job-writer.ts`. */
export class JobWriterProcess implements AsyncDisposable {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #lines: Interface;
  readonly #ended: Promise<unknown>;
  #printed: string[] = [];
  #errors = "";

  constructor(persistence: Persistence) {
    this.#child = spawn(process.execPath, [program, JSON.stringify(persistence)]);
    this.#ended = once(this.#child, "close");
    this.#child.stderr.on("data", (chunk) => {
      this.#errors += String(chunk);
    });
    this.#lines = createInterface(this.#child.stdout);
    this.#lines.on("line", (line) => this.#printed.push(line));
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** The ids of the jobs that were acknowledged to the process so far. */
  get acknowledged(): readonly string[] {
    return this.#printed.slice(1);
  }

  /** Returns once so many jobs were acknowledged; 0 waits until the store is open. */
  async untilAcknowledged(count: number): Promise<void> {
    while (this.#printed.length <= count) {
      await Promise.race([once(this.#lines, "line"), this.#ended]);
      if (this.#child.exitCode !== null) throw new Error(`The job writer ended by itself: ${this.#errors}`);
    }
  }

  /** Waits for its end and returns what it wrote to stderr. */
  async untilEnded(): Promise<{ exitCode: number | null; errors: string }> {
    await this.#ended;
    return { exitCode: this.#child.exitCode, errors: this.#errors };
  }

  /** `kill -9`: no handler runs, nothing is flushed. */
  async kill(): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.#ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
  }
}
