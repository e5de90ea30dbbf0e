import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { type CommandOptions, commandEnvironment, installedProgram, patienceMs } from "./command-process.ts";

export interface CommandResult {
  readonly stdout: string;
  readonly stderr: string;
  /** Null when patience ended first. */
  readonly exitCode: number | null;
}

export interface RunOptions extends CommandOptions {
  /** What the command can read from standard input. Default: nothing. */
  readonly input?: string;
}

/** Runs a skill-fleet command to its end. */
export async function runCommand(
  args: readonly string[],
  { folder, environment, program, input = "" }: RunOptions,
): Promise<CommandResult> {
  const options = { cwd: folder, env: commandEnvironment(environment), timeout: patienceMs, killSignal: "SIGKILL" } as const;
  const child = spawn(process.execPath, [program ?? installedProgram, ...args], options);
  // A command that does not read its input may be gone before it is written.
  child.stdin.on("error", () => {});
  child.stdin.end(input);
  const [stdout, stderr, [exitCode]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
  return { stdout, stderr, exitCode };
}
