import type { FleetClient } from "@skill-fleet/client";
import type { ServerOptions } from "./options.ts";

/** A person waits: two seconds are enough to find that a server is away. */
const maxRetries = 4;

/** The fleet behind the server that the command line names. What is done here shows in the history as done by the command. */
export async function fleetClient({ url, apiKey }: ServerOptions): Promise<FleetClient> {
  // Loaded here: a server and the help of a command talk to nobody.
  const { createClient } = await import("@skill-fleet/client");
  return createClient({ url, apiKey, maxRetries, headers: { "x-skill-fleet-door": "cli" } });
}
