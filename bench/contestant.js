import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

/**
 * A job queue that takes part: a module of `contestants/` or `peers/` exports `open`, which is called with the
 * address of a database of its own. It must be as fast as its documentation knows to make it. Its process is
 * killed and its database dropped at the end, so there is nothing to close.
 *
 * @typedef {(url: string) => Promise<Contestant>} Open
 *
 * @typedef {object} Contestant
 * @property {(callers: number, ms: number) => Promise<number>} [create] lets so many callers create one job after the other; jobs a second
 * @property {(count: number) => Promise<unknown>} [fill] adds jobs, as fast as it can
 * @property {(count: number) => Promise<number>} [drain] runs the jobs that `fill` added with a handler that does nothing; jobs a second
 * @property {(callers: number, ms: number) => Promise<number>} [pass] lets so many callers create one job after the other, and runs them meanwhile with a handler that does nothing; jobs a second
 * @property {(count: number) => Promise<number[]>} [latency] from the creation of a job to its handler's first line, on an idle system; in ms
 */

const program = fileURLToPath(new URL("contestants/process.js", import.meta.url));

/**
 * Opens a contestant in a process of its own, which `node` runs, on a database of its own.
 *
 * Its methods are those of the module; each reply is awaited before the next order. It ends when it is
 * disposed, at the latest with this process.
 */
export async function startContestant(file, { server, node = process.execPath }) {
  const database = await server.createDatabase();
  const child = fork(program, [new URL(file, import.meta.url).href, database.url], {
    execPath: node,
    execArgv: [],
    env: { PATH: process.env.PATH },
    // Standard output is the report's.
    stdio: ["ignore", 2, 2, "ipc"],
  });
  const exited = once(child, "exit");
  const reply = async () => {
    const [message] = await Promise.race([once(child, "message"), exited.then(() => [{ error: "its process ended" }])]);
    if (message.error !== undefined) throw new Error(`${file}: ${message.error}`);
    return message.result;
  };
  const call = (method, ...parameters) => {
    child.send({ method, parameters });
    return reply();
  };
  const end = async () => {
    child.kill("SIGKILL");
    await exited;
    await database[Symbol.asyncDispose]();
  };
  try {
    await reply();
  } catch (error) {
    await end();
    throw error;
  }
  return {
    database,
    create: (callers, ms) => call("create", callers, ms),
    fill: (count) => call("fill", count),
    drain: (count) => call("drain", count),
    pass: (callers, ms) => call("pass", callers, ms),
    latency: (count) => call("latency", count),
    call,
    [Symbol.asyncDispose]: end,
  };
}
