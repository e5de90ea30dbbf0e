import { type Fleet, openFleet, type Persistence } from "@skill-fleet/core";
import { createLog, createServer } from "@skill-fleet/server";

/** A server in this process, on a fleet of its own. */
export interface LiveServer extends AsyncDisposable {
  readonly url: string;
  readonly fleet: Fleet;
  close(): Promise<void>;
}

export async function startLiveServer(options: { persistence?: Persistence; port?: number } = {}): Promise<LiveServer> {
  const { persistence = { kind: "memory" }, port = 0 } = options;
  const fleet = await openFleet({ persistence });
  const log = createLog({ format: "json", level: "critical" });
  const server = await createServer({ fleet, log, corsOrigins: [], maxBodyBytes: 100_000 });
  const url = await server.listen({ host: "127.0.0.1", port });
  const close = async () => {
    await server.close();
    await fleet.close();
  };
  return { url, fleet, close, [Symbol.asyncDispose]: close };
}
