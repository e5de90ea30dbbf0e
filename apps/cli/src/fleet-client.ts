import type { FleetClient } from "@skill-fleet/client";
import type { ServerOptions } from "./options.ts";

/** The fleet behind the server that the command line names. What is done here shows in the history as done by the command. */
export async function fleetClient({ url, apiKey }: ServerOptions): Promise<FleetClient> {
  // Loaded here: a server and the help of a command talk to nobody.
  const { createClient } = await import("@skill-fleet/client");
  return createClient({ url, apiKey, headers: { "x-skill-fleet-door": "cli" } });
}
