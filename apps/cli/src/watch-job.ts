import { setTimeout as delay } from "node:timers/promises";
import { type FleetClient, FleetClientError } from "@skill-fleet/client";
import { exitCodes } from "./exit-codes.ts";
import { presentEvent } from "./present-job.ts";
import { print } from "./print.ts";

/** How long to leave a server alone that is away. */
const retryDelayMs = 500;

/**
 * Prints each event of a job, from its first, until the job has ended; returns the exit status. A
 * server that is away for a while only delays it.
 *
 * @throws {FleetClientError} `JOB_NOT_FOUND`
 */
export async function watchJob(client: FleetClient, id: string, { json }: { json?: boolean | undefined }): Promise<number> {
  let afterVersion = 0;
  for (;;) {
    try {
      const job = await client.jobs.waitForChange(id, { afterVersion });
      const events = await client.jobs.events(id, { afterVersion });
      for (const event of events) {
        print(event, { json }, () => presentEvent(event));
        afterVersion = event.version;
      }
      if (job.completedAt !== null && job.version <= afterVersion) return job.status === "completed" ? exitCodes.ok : exitCodes.refused;
    } catch (error) {
      if (!FleetClientError.is(error) || !error.retryable) throw error;
      process.stderr.write(`${error.message} Trying again.\n`);
      await delay(retryDelayMs);
    }
  }
}
