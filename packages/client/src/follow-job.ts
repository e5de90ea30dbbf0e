import { aborted, alone, type CallOptions, call } from "./call.ts";
import { FleetClientError } from "./client-error.ts";
import type { Connection } from "./connection.ts";
import type { Job } from "./jobs-client.ts";
import type { SeenVersions } from "./seen-versions.ts";

/** Waits between tries while the server is away. */
const firstDelayMs = 100;
const maxDelayMs = 5_000;

/**
 * Shows every version of a job that it meets to `look`, until that finds something. Between two
 * versions it waits in one long request; while the server is away it tries again, without end.
 *
 * @throws {FleetClientError} what no repetition would change, such as `JOB_NOT_FOUND`; `ABORTED`
 */
export async function followJob<Found>(
  { connection: { jobs }, seen }: { readonly connection: Connection; readonly seen: SeenVersions },
  id: string,
  options: CallOptions,
  look: (job: Job) => Promise<Found | undefined>,
): Promise<Found> {
  let afterVersion = 0;
  let delayMs = firstDelayMs;
  for (;;) {
    try {
      const job = await seen.read(id, afterVersion, (minVersion) =>
        call((request) => jobs.wait.query({ id, afterVersion, minVersion }, alone(request)), options, "repeatable"),
      );
      delayMs = firstDelayMs;
      if (job.version > afterVersion) {
        const found = await look(job);
        if (found !== undefined) return found;
        afterVersion = job.version;
      }
    } catch (error) {
      if (!FleetClientError.is(error) || !error.retryable) throw error;
      // With jitter, so that clients that lost the server together do not come back together.
      await pause(delayMs * (0.5 + Math.random()), options.signal);
      delayMs = Math.min(delayMs * 2, maxDelayMs);
    }
  }
}

function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(aborted(signal as AbortSignal));
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", stop);
      resolve();
    }, ms);
    if (signal?.aborted) stop();
    else signal?.addEventListener("abort", stop, { once: true });
  });
}
