import { PassThrough } from "node:stream";
import { type Clock, type Fleet, openFleet, type Persistence } from "@skill-fleet/core";
import { createLog } from "../log.ts";
import { createServer } from "../server.ts";

/** A real server on a free port of this machine, on a fleet of its own. */
export interface TestServer extends AsyncDisposable {
  readonly url: string;
  readonly fleet: Fleet;
  /** What the server has written to its log so far. */
  log(): string;
  /** Calls the REST surface; a body that is not text is sent as JSON. */
  request(method: string, path: string, options?: RequestParts): Promise<Reply>;
}

interface RequestParts {
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
}

interface Reply {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: whatever the server says; the tests look at it field by field
  readonly body: any;
}

export interface TestServerOptions {
  readonly persistence?: Persistence;
  /** The clock of memory mode. */
  readonly clock?: Clock;
  readonly corsOrigins?: readonly string[];
  readonly maxBodyBytes?: number;
}

export async function startTestServer(options: TestServerOptions = {}): Promise<TestServer> {
  const { persistence = { kind: "memory" }, clock, corsOrigins = [], maxBodyBytes = 1_048_576 } = options;
  const destination = new PassThrough();
  let written = "";
  destination.on("data", (chunk) => {
    written += chunk;
  });
  const log = createLog({ format: "json", level: "debug", destination });
  const fleet = await openFleet({ persistence, clock, logger: log });
  const server = await createServer({ fleet, log, corsOrigins, maxBodyBytes });
  const url = await server.listen({ host: "127.0.0.1", port: 0 });
  return {
    url,
    fleet,
    log: () => written,
    request: async (method, path, { body, headers = {} } = {}) => {
      const content = body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) };
      const type = body === undefined ? {} : { "content-type": "application/json" };
      const reply = await fetch(`${url}${path}`, { method, headers: { ...type, ...headers }, ...content });
      const text = await reply.text();
      const isJson = reply.headers.get("content-type")?.includes("json");
      return { status: reply.status, headers: reply.headers, body: isJson && text !== "" ? JSON.parse(text) : text };
    },
    [Symbol.asyncDispose]: async () => {
      await server.close();
      await fleet.close();
    },
  };
}
