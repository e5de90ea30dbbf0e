import pg from "pg";

/*
 * Ways to lay the tables out, each as what is done to an empty database that the migrations have made.
 */

const months = 12;

/** Makes a table anew, partitioned, with its columns and its primary key. It must be empty. */
async function partition(client, table, clause, partitions, storage = "") {
  await client.query(`
    alter table ${table} rename to old_${table};
    create table ${table} (like old_${table} including defaults including constraints including generated including storage) partition by ${clause}`);
  for (const [index, bounds] of partitions.entries()) {
    await client.query(`create table ${table}_${index} partition of ${table} ${bounds} ${storage}`);
  }
}

/** The first UUIDv7 of an instant: ids are made in the order of time, so ranges of ids are ranges of time. */
function firstIdAt(date) {
  const hex = date.getTime().toString(16).padStart(12, "0");
  return `${hex.slice(0, 8)}-${hex.slice(8)}-0000-0000-000000000000`;
}

/** A range of ids for each of the next months, and a place for ids that somebody chose himself. */
function monthsOfIds() {
  const now = new Date();
  const start = (month) => firstIdAt(new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + month)));
  const ranges = Array.from({ length: months }, (_, month) => `for values from ('${start(month)}') to ('${start(month + 1)}')`);
  return [...ranges, "default"];
}

async function partitionEvents(client, clause, partitions) {
  await partition(client, "job_events", clause, partitions);
  await client.query("drop table old_job_events; alter table job_events add primary key (job_id, version)");
}

/** Jobs, and what belongs to them, in ranges of ids. A key of idempotency is then unique only with the id, which is to say not at all. */
async function partitionJobs(client) {
  const { rows: triggers } = await client.query(
    "select pg_get_triggerdef(oid) as text from pg_trigger where tgrelid = 'jobs'::regclass and not tgisinternal",
  );
  await partition(client, "jobs", "range (id)", monthsOfIds(), "with (fillfactor = 50)");
  await client.query(`
    drop table old_jobs cascade;
    alter table jobs add primary key (id);
    create index on jobs (created_at, id);
    create index on jobs (deadline_at) where deadline_at is not null;
    alter table prompts add foreign key (job_id) references jobs (id) on delete cascade;
    alter table job_steps add foreign key (job_id) references jobs (id) on delete cascade`);
  for (const { text } of triggers) await client.query(text);
}

const triggers = ["jobs_insert_without_place", "jobs_move_without_place", "jobs_delete_with_place"];

export const variants = {
  "as it is": () => {},
  "without the indexes of lists": (client) =>
    client.query("drop index jobs_type, jobs_user_type, jobs_resting, jobs_resting_type; drop trigger jobs_insert_with_tags on jobs"),
  "with an index of completed_at": (client) => client.query("create index on jobs (completed_at) where completed_at is not null"),
  "without the triggers for the release before": (client) =>
    client.query(triggers.map((name) => `drop trigger if exists ${name} on jobs`).join(";")),
  "job_events in 12 months of job_id": (client) => partitionEvents(client, "range (job_id)", monthsOfIds()),
  "job_events in 8 hashes of job_id": (client) =>
    partitionEvents(
      client,
      "hash (job_id)",
      Array.from({ length: 8 }, (_, remainder) => `for values with (modulus 8, remainder ${remainder})`),
    ),
  "jobs and job_events in 12 months of id": async (client) => {
    await partitionEvents(client, "range (job_id)", monthsOfIds());
    await partitionJobs(client);
  },
};

/** Runs something on a connection of its own. */
export async function withClient(url, work) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
