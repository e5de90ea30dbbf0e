import { type ChildProcessByStdio, spawn } from "node:child_process";
import { EventEmitter, once } from "node:events";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";

/** The skill-fleet command as it is installed. */
export const installedProgram = fileURLToPath(new URL("../../bin/skill-fleet.js", import.meta.url));

/** How long anything that a test waits for may take. */
export const patienceMs = 45_000;

export interface CommandOptions {
  /** Where the process runs. */
  readonly folder: string;
  /** Its variables; beside them it has PATH and HOME only. Default: none. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Default: the command of this checkout. */
  readonly program?: string;
}

/** All that a process of the tests has of this one. */
export function commandEnvironment(variables: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  const { PATH, HOME } = process.env;
  return { PATH, HOME, ...variables };
}

/** How a process ended: `signal` when one killed it. */
export interface Ending {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** The skill-fleet command as a process of its own. */
export class CommandProcess implements AsyncDisposable {
  /** What it has written so far, both streams. */
  readonly lines: string[] = [];
  readonly ended: Promise<Ending>;
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #news = new EventEmitter();
  #hasEnded = false;

  constructor(args: readonly string[], { folder, environment, program = installedProgram }: CommandOptions) {
    this.#child = spawn(process.execPath, [program, ...args], { cwd: folder, env: commandEnvironment(environment) });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      createInterface(stream).on("line", (line) => {
        this.lines.push(line);
        this.#news.emit("news");
      });
    }
    this.ended = this.#untilEnded();
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** The lines that the pattern finds, so far. */
  find(pattern: RegExp): RegExpExecArray[] {
    return this.lines.map((line) => pattern.exec(line)).filter((match) => match !== null);
  }

  /**
   * Returns the nth line that the pattern finds, once it is there. Default: the first.
   *
   * @throws when the process ends without it, and when patience does
   */
  async waitForLine(pattern: RegExp, nth = 1): Promise<RegExpExecArray> {
    const signal = AbortSignal.timeout(patienceMs);
    for (;;) {
      const match = this.find(pattern)[nth - 1];
      if (match !== undefined) return match;
      if (this.#hasEnded || signal.aborted) throw new Error(`${pattern} is not there ${nth} times:\n${this.lines.join("\n")}`);
      await once(this.#news, "news", { signal }).catch(() => {});
    }
  }

  /** Sends a signal and waits for the end. */
  stop(signal: NodeJS.Signals = "SIGTERM"): Promise<Ending> {
    this.#child.kill(signal);
    return this.ended;
  }

  /** Sends a signal and does not wait. */
  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** `kill -9`: no handler runs, nothing is flushed. */
  kill9(): Promise<Ending> {
    return this.stop("SIGKILL");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill9();
  }

  async #untilEnded(): Promise<Ending> {
    const [exitCode, signal] = await once(this.#child, "close");
    this.#hasEnded = true;
    this.#news.emit("news");
    return { exitCode, signal };
  }
}
