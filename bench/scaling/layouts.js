import { openFleet } from "@skill-fleet/core";
import { startPostgresServer } from "@skill-fleet/core/testing";
import { createWorker } from "@skill-fleet/worker";
import { callFor, runRounds } from "../rounds.js";
import { variants, withClient } from "./variants.js";

const type = "noop";
const callers = 128;

/**
 * The whole life of a job (created, claimed, half done, completed) in each layout of the tables, in turns:
 * lives a second, how many of the updates of `jobs` were HOT, and how many bytes a job takes on disk and in the log.
 * Without flushes and without full pages in the log, which would tell more of the disk and of checkpoints.
 */
export async function layoutFacts(lengths, names) {
  const server = await startPostgresServer({ fsync: false });
  const crews = [];
  try {
    await withClient(server.url("postgres"), async (client) => {
      await client.query("alter system set full_page_writes = off");
      await client.query("select pg_reload_conf()");
    });
    for (const name of names) crews.push(await hire(server, name));
    const rates = await runRounds(
      crews.map(({ drain }) => drain),
      lengths,
    );
    const facts = [];
    for (const [index, { name, measure }] of crews.entries()) {
      facts.push({ layout: name, "lives per second": Math.round(rates[index]), ...(await measure()) });
    }
    return facts;
  } finally {
    for (const { dismiss } of crews) await dismiss();
    await server[Symbol.asyncDispose]();
  }
}

async function hire(server, name) {
  const database = await server.createDatabase();
  const persistence = { kind: "server", url: database.url };
  await (await openFleet({ persistence })).close();
  await withClient(database.url, variants[name]);
  const fleet = await openFleet({ persistence, migrate: false });
  let done = 0;
  let logged = 0;
  const worker = createWorker({ backend: fleet.leases, concurrency: 200 }).handle({ type }, async (_, ctx) => {
    await ctx.progress(50);
    done += 1;
  });
  await worker.start();
  return {
    name,
    drain: async (ms) => {
      const before = done;
      const logBefore = await logBytes(database);
      await callFor(ms, callers, () => fleet.jobs.create({ type, taskDescription: "Nothing", input: { year: 2026, pages: [1, 2, 3] } }));
      // What is still under way would take its time from the next one.
      const rate = ((done - before) * 1_000) / ms;
      await untilIdle(fleet);
      logged += (await logBytes(database)) - logBefore;
      return rate;
    },
    measure: async () => ({ ...(await withClient(database.url, measure)), "bytes of log per job": Math.round(logged / done) }),
    dismiss: async () => {
      await worker.stop();
      await fleet.close();
      await database[Symbol.asyncDispose]();
    },
  };
}

/** All that the server has logged so far: only one layout works at a time. */
async function logBytes(database) {
  const [row] = await database.query("select (pg_current_wal_insert_lsn() - '0/0')::float8 as bytes");
  return row.bytes;
}

async function untilIdle(fleet) {
  for (;;) {
    const { byStatus } = await fleet.jobs.stats();
    if (byStatus.pending + byStatus.running === 0) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function measure(client) {
  // Statistics of a backend arrive when it has been idle for a moment.
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  const { rows } = await client.query(`
    select
      (select round(100.0 * sum(n_tup_hot_upd) / sum(n_tup_upd)) from pg_stat_user_tables where relname ~ '^jobs(_\\d+)?$') as hot,
      (select round(sum(pg_total_relation_size(relid)) / (select count(*) from jobs)) from pg_stat_user_tables) as bytes`);
  return { "HOT updates of jobs": `${rows[0].hot} %`, "bytes per job": Number(rows[0].bytes) };
}
