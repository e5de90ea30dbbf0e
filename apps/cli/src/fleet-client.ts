import { createClient, type FleetClient } from "@skill-fleet/client";
import type { ServerOptions } from "./options.ts";

/** The fleet behind the server that the command line names. What is done here shows in the history as done by the command. */
export function fleetClient({ url, apiKey }: ServerOptions): FleetClient {
  return createClient({ url, apiKey, headers: { "x-skill-fleet-door": "cli" } });
}
