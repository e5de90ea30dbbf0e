import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdtemp } from "node:fs/promises";
import type { Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { findFreePort } from "./find-free-port.ts";
import { loadEmbeddedPostgres } from "./load-embedded-postgres.ts";
import { createDatabaseAt, type TestDatabase } from "./test-databases.ts";

/** A PostgreSQL server of one's own, on a free port of this machine. */
export interface PostgresServer extends AsyncDisposable {
  /** The address of a database; it need not exist. */
  url(databaseName: string): string;
  /** A new empty database. */
  createDatabase(): Promise<TestDatabase>;
  /** Takes the server down as an operator would: connections end, data and port stay. Safe to call twice. */
  stop(): Promise<void>;
  /** Brings a stopped server back on the same port. */
  start(): Promise<void>;
}

/** Beside it, at times, lies a copy of PostgreSQL. */
const dataFolder = "data";
const password = "test";
const initdbFlags = ["--encoding=UTF8", "--locale=C", "--no-sync"];
const settings = {
  listen_addresses: "127.0.0.1",
  unix_socket_directories: "",
  max_connections: "300",
};

export interface PostgresServerOptions {
  /** Whether commits are flushed to the disk. Default: no. The tests stop the server; none of them cuts the power. */
  readonly fsync?: boolean;
}

/** Starts a server with an empty cluster. It and its files go when disposed, at the latest with this process, however that ends. */
export async function startPostgresServer({ fsync = false }: PostgresServerOptions = {}): Promise<PostgresServer> {
  const home = await mkdtemp(join(tmpdir(), "skill-fleet-postgres-"));
  // PostgreSQL runs as somebody else when this process is root's.
  await chmod(home, 0o755);
  const end = tieToThisProcess(home);
  const EmbeddedPostgres = await loadEmbeddedPostgres(home);
  const port = await findFreePort();
  const log: string[] = [];
  const server = new EmbeddedPostgres({
    databaseDir: join(home, dataFolder),
    port,
    password,
    // PostgreSQL refuses to run as root.
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags,
    postgresFlags: Object.entries({ ...settings, fsync: fsync ? "on" : "off" }).flatMap(([name, value]) => ["-c", `${name}=${value}`]),
    onLog: (line) => log.push(String(line)),
    onError: (line) => log.push(String(line)),
  });
  const start = () =>
    server.start().catch((error: unknown) => {
      throw new Error(`PostgreSQL did not start:\n${log.join("\n")}`, { cause: error });
    });
  await server.initialise();
  await start();
  const url = (databaseName: string) => `postgres://postgres:${password}@127.0.0.1:${port}/${databaseName}`;
  return {
    url,
    createDatabase: () => createDatabaseAt(url("postgres")),
    stop: () => server.stop(),
    start,
    [Symbol.asyncDispose]: async () => {
      await server.stop();
      await end();
    },
  };
}

/** Ties the server to the life of this process. Returns the way to end both it and its folder at once. */
function tieToThisProcess(home: string): () => Promise<void> {
  const program = fileURLToPath(new URL("../../dist/testing/postgres-lifeline.js", import.meta.url));
  // Detached: a Ctrl-C in the terminal must not reach it, or nobody would clean up.
  const lifeline = spawn(process.execPath, [program, home, dataFolder], { stdio: ["pipe", "ignore", "inherit"], detached: true });
  lifeline.unref();
  (lifeline.stdin as Socket).unref();
  return async () => {
    const ended = once(lifeline, "exit");
    lifeline.ref();
    lifeline.stdin.end();
    await ended;
  };
}
