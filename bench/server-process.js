import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

const tellCpu = new URL("tell-cpu.js", import.meta.url).href;

/** Starts a Node program that prints where it listens; it ends with `stop`, at the latest with this process. */
export async function startServer(args, { env = {}, cwd } = {}) {
  const child = spawn(process.execPath, ["--import", tellCpu, ...args], {
    cwd,
    env: { PATH: process.env.PATH, ...env },
    stdio: ["ignore", "pipe", "inherit", "ipc"],
  });
  const kill = () => child.kill("SIGKILL");
  process.once("exit", kill);
  const lines = createInterface(child.stdout);
  const url = await new Promise((resolve, reject) => {
    lines.on("line", (line) => {
      const address = /Listening on (\S+)/.exec(line)?.[1];
      if (address !== undefined) resolve(address);
    });
    child.once("exit", () => reject(new Error(`${args[0]} did not start`)));
  });
  return {
    url,
    pid: child.pid,
    /** Lets it end by itself, and returns when it has. */
    async end() {
      process.off("exit", kill);
      child.kill("SIGTERM");
      if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
    },
    /** The processor time that it has used so far, in seconds. */
    async cpuSeconds() {
      child.send("cpu");
      const [{ user, system }] = await once(child, "message");
      return (user + system) / 1_000_000;
    },
    stop() {
      process.off("exit", kill);
      kill();
    },
  };
}
