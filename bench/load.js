import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

/** Starts what sends requests to servers, in a process of its own; it ends with `stop`, at the latest with this process. */
export function startLoad() {
  const child = fork(fileURLToPath(new URL("load-process.js", import.meta.url)), { execArgv: [] });
  const kill = () => child.kill("SIGKILL");
  process.once("exit", kill);
  return {
    /** Sends a request over and over for a while; returns the number of replies. Throws when one was a failure. */
    async run(request, { connections, durationMs }) {
      child.send({ ...request, connections, duration: durationMs / 1_000 });
      const [{ replies, failures }] = await once(child, "message");
      if (failures > 0) throw new Error(`${failures} requests to ${request.url} failed`);
      return replies;
    },
    stop() {
      process.off("exit", kill);
      kill();
    },
  };
}
