import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { TestProject } from "vitest/node";
import { type PostgresServer, startPostgresServer } from "./postgres-server.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** Where the run's PostgreSQL is to be asked for; see `shared-postgres.ts`. */
    readonly postgresDoor: string;
  }
}

/**
 * Vitest's global setup: one PostgreSQL server for all projects of a run.
 *
 * Starting one takes seconds, and most runs of a single file need none. So what stands ready is
 * a door: the first test file that knocks starts the server, the others get the same one.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  let server: Promise<PostgresServer> | undefined;
  const door = createServer(async (_, reply) => {
    try {
      server ??= startPostgresServer();
      reply.end((await server).url("postgres"));
    } catch (error) {
      reply.writeHead(500).end(error instanceof Error ? error.message : String(error));
    }
  });
  await new Promise<void>((resolve) => door.listen(0, "127.0.0.1", resolve));
  project.provide("postgresDoor", `http://127.0.0.1:${(door.address() as AddressInfo).port}/`);
  return async () => {
    door.closeAllConnections();
    door.close();
    await (await server)?.[Symbol.asyncDispose]();
  };
}
