import { openFleet } from "@skill-fleet/core";
import { startPostgresServer } from "@skill-fleet/core/testing";
import { withClient } from "./variants.js";

const dayMs = 86_400_000;

/** What retention costs on a table of many jobs: a sweep that finds nothing, a dry run, and a day's worth of deletes. */
export async function retentionFacts(jobCount) {
  const server = await startPostgresServer({ fsync: true });
  const database = await server.createDatabase();
  const fleet = await openFleet({ persistence: { kind: "server", url: database.url } });
  const timed = async (work) => {
    const start = performance.now();
    const result = await work();
    return [result, Math.round(performance.now() - start)];
  };
  try {
    await withClient(database.url, (client) => fill(client, jobCount));
    const [nothing, nothingMs] = await timed(() => fleet.jobs.prune({ completed: 101 * dayMs }));
    const [, keptMs] = await timed(() => fleet.jobs.prune({ cancelled: 1 }));
    const [{ counts }, dryMs] = await timed(() => fleet.jobs.prunable({ completed: 99 * dayMs }));
    const [pruned, prunedMs] = await timed(() => fleet.jobs.prune({ completed: 99 * dayMs }));
    if (nothing.completed !== 0 || pruned.completed < counts.completed) throw new Error("The sweeps are not what they should be.");
    return [
      ["jobs, all completed over the last 100 days, with 3 events each", jobCount],
      ["sweep that finds nothing old enough, ms", nothingMs],
      ["sweep that looks at every job and keeps it, ms", keptMs],
      ["dry run that counts a day's jobs, ms", dryMs],
      ["a day's jobs deleted", pruned.completed],
      ["jobs deleted per second", Math.round((pruned.completed * 1_000) / prunedMs)],
    ];
  } finally {
    await fleet.close();
    await server[Symbol.asyncDispose]();
  }
}

/** Made by the database itself, in the order of time, as the years would. */
async function fill(client, jobCount) {
  await client.query(`
    create temporary table made as
    select gen_random_uuid() as id, now() - (100 * (1 - n / ${jobCount}::float8)) * interval '1 day' as at from generate_series(1, ${jobCount}) as n;
    insert into jobs (
      id, type, status, task_description, input, user_context, metadata, tags, progress_percent, result,
      attempt, version, created_at, updated_at, started_at, completed_at
    )
    select id, 'report', 'completed', 'A report', '{"year": 2026}', '{}', '{}', '{}', 100, '{"path": "reports/a.md"}', 1, 3, at, at, at, at
    from made order by at;
    insert into job_events (job_id, version, kind, data, actor, via, write_id, at)
    select id, version, 'updated', '{}', 'process', 'process', id, at from made, generate_series(1, 3) as version order by at;
    drop table made;
    analyze`);
}
