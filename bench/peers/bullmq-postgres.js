import { createPostgresBackend, runMigrations } from "bullmq";
import pg from "pg";
import { connections } from "../contestants/workload.js";
import { openBullMQ } from "./bullmq.js";

/** @type {import("../contestant.js").Open} */
export async function open(url) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await runMigrations(client);
  await client.end();
  return openBullMQ({ connectionString: url, max: connections }, createPostgresBackend);
}
