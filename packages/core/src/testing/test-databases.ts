import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { newId } from "../ids.ts";

/** A database that goes when it is disposed, whoever is still connected. */
export interface TestDatabase extends AsyncDisposable {
  readonly url: string;
  /** Runs one statement of an operator, as `psql` does, and returns its rows. */
  query(statement: string): Promise<unknown[]>;
  /** Ends every connection to it, as a failing network or a restart does. Returns how many those were. */
  killConnections(): Promise<number>;
}

/** A folder that goes when it is disposed. */
export interface TestDataDir extends AsyncDisposable {
  readonly path: string;
}

/** Creates an empty database on a server. `serverUrl` is that of any other database there. */
export async function createDatabaseAt(serverUrl: string): Promise<TestDatabase> {
  const name = `test_${newId().replaceAll("-", "_")}`;
  const url = new URL(serverUrl);
  url.pathname = name;
  await runAt(serverUrl, `create database ${name}`);
  return {
    url: url.href,
    query: (statement) => runAt(url.href, statement),
    killConnections: async () => {
      // It waits until each is gone: a later query must not be given a connection that is about to end.
      const killed = await runAt(serverUrl, `select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = '${name}'`);
      return killed.length;
    },
    [Symbol.asyncDispose]: async () => {
      await runAt(serverUrl, `drop database ${name} with (force)`);
    },
  };
}

export async function createDataDir(): Promise<TestDataDir> {
  const path = await mkdtemp(join(tmpdir(), "skill-fleet-data-"));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

/** Runs one statement and returns its rows. */
async function runAt(url: string, statement: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query(statement);
    return rows;
  } finally {
    await client.end();
  }
}
