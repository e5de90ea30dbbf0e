import { spawn } from "node:child_process";
import { once } from "node:events";
import { exitCodes } from "./exit-codes.ts";

/** Runs this same command without `--reload` in a process that Node starts again when a module changes. */
export async function runAgainAndAgain(): Promise<number> {
  const [, script = "", ...args] = process.argv;
  const command = ["--watch", "--watch-preserve-output", script, ...args.filter((arg) => arg !== "--reload")];
  const child = spawn(process.execPath, command, { stdio: "inherit" });
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => child.kill(signal));
  const [code] = await once(child, "exit");
  return typeof code === "number" ? code : exitCodes.ok;
}
