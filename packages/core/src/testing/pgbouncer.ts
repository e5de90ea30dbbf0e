import { spawn } from "node:child_process";
import { once } from "node:events";
import { accessSync, constants } from "node:fs";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { findFreePort } from "./find-free-port.ts";

/** A PgBouncer in transaction mode. It ends when it is disposed, at the latest with this process, however that ends. */
export interface PgBouncer extends AsyncDisposable {
  /** The same database, through the pooler. */
  through(url: string): string;
}

/** Where PgBouncer is on this machine. Debian has it where only root looks. Undefined: nowhere. */
export const pgBouncerPath = [...(process.env["PATH"] ?? "").split(":"), "/usr/sbin", "/usr/local/sbin", "/opt/homebrew/bin"]
  .map((folder) => join(folder, "pgbouncer"))
  .find(isProgram);

/** How many connections it has to each database: statements of one client wander between them. */
const poolSize = 3;
const startTimeoutMs = 10_000;

/** Starts one before the server of a URL, on a free port of this machine. */
export async function startPgBouncer(target: string): Promise<PgBouncer> {
  if (pgBouncerPath === undefined) throw new Error("There is no pgbouncer on this machine.");
  const { hostname, port: serverPort, username, password } = new URL(target);
  const folder = await mkdtemp(join(tmpdir(), "skill-fleet-pgbouncer-"));
  const port = await findFreePort();
  const settings = join(folder, "pgbouncer.ini");
  await writeFile(
    settings,
    `[databases]
* = host=${hostname} port=${serverPort} user=${username} password=${password}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = ${poolSize}
`,
  );
  // PgBouncer refuses to run as root, and its own user must be able to read this.
  await chmod(folder, 0o755);
  const user = process.getuid?.() === 0 ? ["-u", "nobody"] : [];
  // The shell lives as long as the pipe to this process, and takes PgBouncer along. Detached: a Ctrl-C in the
  // terminal must not reach it, or nobody would.
  const script = 'program=$1; shift; "$program" "$@" & pid=$!; cat > /dev/null; kill "$pid"; wait "$pid"';
  const keeper = spawn("sh", ["-c", script, "sh", pgBouncerPath, "-q", ...user, settings], {
    stdio: ["pipe", "ignore", "ignore"],
    detached: true,
  });
  const stop = async () => {
    const ended = once(keeper, "exit");
    keeper.stdin.end();
    await ended;
    await rm(folder, { recursive: true, force: true });
  };
  await untilReachable(port).catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  return {
    through: (url) => {
      const detour = new URL(url);
      detour.host = `127.0.0.1:${port}`;
      return detour.href;
    },
    [Symbol.asyncDispose]: stop,
  };
}

async function untilReachable(port: number): Promise<void> {
  const endsAtMs = performance.now() + startTimeoutMs;
  for (;;) {
    const socket = connect(port, "127.0.0.1");
    try {
      await once(socket, "connect");
      return;
    } catch (error) {
      if (performance.now() > endsAtMs) throw new Error("PgBouncer did not start.", { cause: error });
      await delay(20);
    } finally {
      socket.destroy();
    }
  }
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
