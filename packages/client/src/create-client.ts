import { type ConnectionOptions, connect } from "./connection.ts";
import { type HitlClient, hitlClient } from "./hitl-client.ts";
import { type JobsClient, jobsClient } from "./jobs-client.ts";
import { type WorkerClient, workerClient } from "./worker-client.ts";

/** Where the server is, and how to talk to it. */
export type ClientOptions = ConnectionOptions;

/** A fleet behind a server. */
export interface FleetClient {
  /** Create, read, move, wait for the end. */
  readonly jobs: JobsClient;
  /** Ask, see what is asked, answer. */
  readonly hitl: HitlClient;
  /** Claim jobs, say that you live, write down what you make of them: for those who build a worker. */
  readonly worker: WorkerClient;
}

/**
 * Makes a client. It holds no connection and needs no closing.
 *
 * Calls of the same tick share a request. What is safe to repeat (reads, `jobs.create`,
 * `hitl.open`, `hitl.respond`, what a worker writes) is repeated when the server does not reply or says that it is unavailable.
 */
export function createClient(options: ClientOptions): FleetClient {
  const connection = connect(options);
  return { jobs: jobsClient(connection), hitl: hitlClient(connection), worker: workerClient(connection) };
}
