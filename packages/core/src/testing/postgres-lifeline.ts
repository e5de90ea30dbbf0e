import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

/*
 * A program that outlives whoever started it by a moment. Its stdin is a pipe that ends with
 * that process, however that ends, `kill -9` included; then it removes the folder that is its first
 * argument, once it has stopped the PostgreSQL server whose data is in there, in the folder that is its second.
 */

const [home = "", dataFolder = ""] = process.argv.slice(2);
const pollMs = 20;

process.stdin.on("end", end).resume();

async function end(): Promise<void> {
  const pid = serverPid();
  if (pid !== undefined) {
    signal(pid, "SIGQUIT");
    while (signal(pid, 0)) await delay(pollMs);
  }
  rmSync(home, { recursive: true, force: true });
}

/** PostgreSQL keeps its pid in this file exactly while it runs. */
function serverPid(): number | undefined {
  try {
    return Number.parseInt(readFileSync(join(home, dataFolder, "postmaster.pid"), "utf8"), 10);
  } catch {
    return undefined;
  }
}

/** Returns whether there was such a process. */
function signal(pid: number, name: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, name);
  } catch {
    return false;
  }
}
