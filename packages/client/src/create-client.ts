import { type ConnectionOptions, connect } from "./connection.ts";
import { type HitlClient, hitlClient } from "./hitl-client.ts";
import { type JobsClient, jobsClient } from "./jobs-client.ts";
import { SeenVersions } from "./seen-versions.ts";
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
 * It remembers the highest version that it has seen of each job (of 10,000 jobs, those seen last) and asks
 * for no older copy: what it has written or read on one instance it reads on every other one.
 *
 * Calls of the same tick share a request. What is safe to repeat (reads, `jobs.create`,
 * `hitl.open`, `hitl.respond`, what a worker writes) is repeated when the server does not reply or says that it is unavailable.
 *
 * @throws {TypeError} when `url` is not one of HTTP
 */
export function createClient(options: ClientOptions): FleetClient {
  const connection = connect(options);
  const seen = new SeenVersions();
  return { jobs: jobsClient(connection, seen), hitl: hitlClient(connection, seen), worker: workerClient(connection, seen) };
}
