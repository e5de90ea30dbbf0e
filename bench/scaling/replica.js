import { execFile } from "node:child_process";
import { cp, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { openFleet } from "@skill-fleet/core";
import { findFreePort, startPostgresServer } from "@skill-fleet/core/testing";
import pg from "pg";
import { callFor } from "../rounds.js";
import { withClient } from "./variants.js";

const run = promisify(execFile);

/** Sets a streaming replica up beside a server, writes through the fleet, and reads the jobs on the replica. */
export async function replicaFacts() {
  const primary = await startPostgresServer({ fsync: true });
  let stopReplica = async () => {};
  try {
    const database = await primary.createDatabase();
    const replica = await startReplica(primary, database.url);
    stopReplica = replica.stop;
    const fleet = await openFleet({ persistence: { kind: "server", url: database.url } });
    try {
      return await compare(fleet, replica.url);
    } finally {
      await fleet.close();
    }
  } finally {
    await stopReplica();
    await primary[Symbol.asyncDispose]();
  }
}

async function compare(fleet, replicaUrl) {
  const replica = new pg.Pool({ connectionString: replicaUrl, max: 8 });
  // Stopping the replica at the end may meet connections that are still on their way out.
  replica.on("error", () => {});
  try {
    let behind = 0;
    let reads = 0;
    let worstMs = 0;
    await callFor(3_000, 8, async () => {
      const { job } = await fleet.jobs.create({ type: "report" });
      const { version } = await fleet.jobs.update(job.id, { progressPercent: 50 });
      const start = performance.now();
      reads += 1;
      // The version is what the writer has seen: an older copy is not good enough for him.
      for (let first = true; ; first = false) {
        const { rows } = await replica.query("select version from jobs where id = $1", [job.id]);
        if (rows[0]?.version >= version) break;
        if (first) behind += 1;
      }
      worstMs = Math.max(worstMs, performance.now() - start);
    });
    const refused = await replica.query("delete from jobs").catch(({ code }) => code);
    if (refused !== "25006") throw new Error("The replica takes writes.");
    return [
      ["jobs created and updated on the primary", reads],
      ["reads on the replica right after, that were older than what was written", behind],
      ["longest until the replica had it, ms", Math.round(worstMs)],
    ];
  } finally {
    await replica.end();
  }
}

/** A copy of the stopped server's files that follows it from then on. */
async function startReplica(primary, url) {
  const { dataDir, binDir, port } = await withClient(url, async (client) => {
    const { rows } = await client.query(`
      select current_setting('data_directory') as "dataDir", (select setting from pg_config where name = 'BINDIR') as "binDir", current_setting('port') as port`);
    return rows[0];
  });
  const copy = `${dataDir}-replica`;
  await primary.stop();
  await cp(dataDir, copy, { recursive: true, preserveTimestamps: true });
  await primary.start();
  const replicaPort = await findFreePort();
  const { username, password } = new URL(url);
  await writeFile(join(copy, "standby.signal"), "");
  await writeFile(
    join(copy, "postgresql.auto.conf"),
    `port = ${replicaPort}
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
max_connections = 300
hot_standby = on
primary_conninfo = 'host=127.0.0.1 port=${port} user=${username} password=${password}'
`,
  );
  // PostgreSQL runs as the owner of its files, which root is not.
  const { uid, gid } = await stat(dataDir);
  await run("chown", ["-R", `${uid}:${gid}`, copy]);
  await run("chmod", ["700", copy]);
  const control = (...args) => run(join(binDir, "pg_ctl"), ["-D", copy, "-w", "-l", join(copy, "log"), ...args], { uid, gid });
  await control("start");
  const replicaUrl = new URL(url);
  replicaUrl.port = String(replicaPort);
  return {
    url: replicaUrl.href,
    stop: async () => {
      await control("stop", "-m", "immediate");
      await run("rm", ["-rf", copy]);
    },
  };
}
