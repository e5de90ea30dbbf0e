import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const program = fileURLToPath(new URL("../../../apps/cli/bin/skill-fleet.js", import.meta.url));
const shiftedClock = new URL("../../dist/faults/shifted-clock.js", import.meta.url).href;

/** How long a start may take, with a database that is away for a part of it. */
const patienceMs = 60_000;
/** How long an instance that does not serve waits before it tries again, as a supervisor would. */
const restartDelayMs = 200;

export interface InstanceOptions {
  readonly databaseUrl: string;
  /** Where it runs. */
  readonly folder: string;
  readonly leaseTimeoutMs: number;
  readonly clockOffsetMs: number;
}

/** `skill-fleet serve` as a process of its own, which comes back on the port that it had. */
export class Instance implements AsyncDisposable {
  readonly #options: InstanceOptions;
  #child: ChildProcess | undefined;
  #port = 0;

  constructor(options: InstanceOptions) {
    this.#options = options;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Returns once it serves; a process that ends instead is followed by another. @throws when patience ends */
  async start(): Promise<void> {
    const endsAtMs = performance.now() + patienceMs;
    for (;;) {
      const { port, lines } = await this.#launch(endsAtMs - performance.now());
      if (port !== undefined) {
        this.#port = port;
        return;
      }
      if (performance.now() > endsAtMs) throw new Error(`The instance does not serve:\n${lines.join("\n")}`);
      await delay(restartDelayMs);
    }
  }

  signal(name: NodeJS.Signals): void {
    this.#child?.kill(name);
  }

  /** Ends the process, and returns when it has ended. Safe to call twice. */
  async stop(name: "SIGTERM" | "SIGKILL"): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    child.kill(name);
    await once(child, "exit");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop("SIGKILL");
  }

  /** Starts a process. The port is that on which it serves; undefined when it has ended, or has taken too long. */
  async #launch(timeoutMs: number): Promise<{ port: number | undefined; lines: readonly string[] }> {
    const { databaseUrl, folder, leaseTimeoutMs, clockOffsetMs } = this.#options;
    const { PATH, HOME } = process.env;
    const child = spawn(process.execPath, ["--import", shiftedClock, program, "serve", "--port", String(this.#port)], {
      cwd: folder,
      stdio: ["ignore", "pipe", "pipe"],
      env: {
        PATH,
        HOME,
        DATABASE_URL: databaseUrl,
        SKILL_FLEET_WORKER: "off",
        SKILL_FLEET_LEASE_TIMEOUT_SECONDS: String(leaseTimeoutMs / 1_000),
        CHAOS_CLOCK_OFFSET_MS: String(clockOffsetMs),
      },
    });
    this.#child = child;
    // Or a paused one would stay for ever behind a driver that was interrupted.
    const end = () => void child.kill("SIGKILL");
    process.once("exit", end);
    child.once("exit", () => process.off("exit", end));
    const lines: string[] = [];
    const port = await new Promise<number | undefined>((resolve) => {
      const timeout = setTimeout(() => child.kill("SIGKILL"), timeoutMs);
      child.once("exit", () => {
        clearTimeout(timeout);
        resolve(undefined);
      });
      for (const stream of [child.stdout, child.stderr]) {
        createInterface(stream).on("line", (line) => {
          lines.push(line);
          // Enough to see why it did not start.
          if (lines.length > 50) lines.shift();
          const [, found] = /Listening on http:\/\/[\d.]+:(\d+)/.exec(line) ?? [];
          if (found === undefined) return;
          clearTimeout(timeout);
          resolve(Number(found));
        });
      }
    });
    return { port, lines };
  }
}
