import { openFleet } from "@skill-fleet/core";
import { median } from "../rounds.js";
import { withClient } from "../scaling/variants.js";
import { fillJobs } from "../size/fill.js";
import { inboxPages, jobPages } from "../size/lists.js";

const fewJobs = 10_000;
/** So often a round does everything. */
const turns = 50;
const worker = { workerId: "bench", types: ["report"] };
const newJob = {
  type: "report",
  userId: "user 7",
  tags: ["monthly"],
  taskDescription: "A report",
  input: { year: 2026, pages: [1, 2, 3] },
};
const targets = { ratio: 1.3, pageMs: 5, statsMs: 50 };

/** @type {import("../figure.js").Group} */
export const sizeFigures = {
  name: "size",
  title: "With millions of jobs in the tables",
  notes: `Two databases on one server, one with ten million jobs of the last year (a hundred thousand in a short run) and one
with ten thousand. Both have the same work before them, some thousand jobs in the queue and a thousand questions; what
grows is the past. The two take turns, one caller each, and times are compared: what is flat has a ratio of 1.

- **get**: the job is not in the fleet's memory. A recent one is in PostgreSQL's; one from anywhere in the year is read from
  the files where there are millions, which all of ten thousand never are.
- **lists**: through \`JobManager\` and the inbox, 50 entries a page, at the start, in the middle and at the end, for every combination
  of filters that many, few and hardly any jobs fit. The median of five reads, so the pages of the index are in memory, and of 25
  of one that comes near the limit.
  Any one filter is found in the order of the list, except that jobs which are pending or running are found by the queue and
  the leases, as long as those are short. A status in which jobs rest has an index with the type and one with the tag. Several
  filters are read by the rarest of them: a look at how far 1,000 entries of each reach tells which that is, and takes a good
  part of the time. What does not fit is passed over in the index, or by a look at the job. So what takes longest is
  that of which each filter has many jobs and all together have few: a type, a user and a tag that are all frequent.
  The inbox of a user or of a type of job is read by the jobs that wait, if few do.
- **stats** are estimated from a thousand pages of the table, and say so. The error of the total is that of this one table.`,
  measure,
};

async function* measure({ server, lengths }) {
  const few = await open(server, fewJobs);
  const many = await open(server, lengths.manyJobs);
  try {
    yield* compare([many, few], lengths);
    yield* lists(many);
    yield* stats(many, lengths.manyJobs);
  } finally {
    for (const side of [few, many]) await side[Symbol.asyncDispose]();
  }
}

async function open(server, jobCount) {
  const database = await server.createDatabase();
  const persistence = { kind: "server", url: database.url };
  await (await openFleet({ persistence })).close();
  await withClient(database.url, (client) => fillJobs(client, jobCount));
  return openSide(database);
}

/** A fleet on a filled database, with jobs and open prompts from all over its year. */
async function openSide(database) {
  const fleet = await openFleet({ persistence: { kind: "server", url: database.url } });
  await fleet.leases.register(worker);
  const [period] = await database.query("select min(created_at) as oldest, max(created_at) as newest from jobs");
  const recent = await database.query("select id from jobs order by created_at desc, id desc limit 2000");
  const ofTheYear = await database.query(`
    select id
    from
      (select at from generate_series('${period.oldest.toISOString()}'::timestamptz, now(), '8 hours') as at order by random()) instants,
      lateral (select id from jobs where created_at >= at order by created_at limit 1) job`);
  const prompts = await database.query("select id from prompts where status = 'open' order by random()");
  return {
    fleet,
    period: { oldest: period.oldest.getTime(), newest: period.newest.getTime() },
    nextRecent: () => recent.pop().id,
    nextOfTheYear: () => ofTheYear.pop().id,
    nextPrompt: () => prompts.pop().id,
    [Symbol.asyncDispose]: async () => {
      await fleet.close();
      await database[Symbol.asyncDispose]();
    },
  };
}

/** Everything that happens to one job, and is to take as long however many there are. */
const operations = {
  create: ({ fleet }) => fleet.jobs.create(newJob),
  "get of a recent job": ({ fleet, nextRecent }) => fleet.jobs.get(nextRecent()),
  "get of a job of the year": ({ fleet, nextOfTheYear }) => fleet.jobs.get(nextOfTheYear()),
  "history of a recent job": ({ fleet, nextRecent }) => fleet.jobs.events(nextRecent()),
  "claim and complete": async ({ fleet }) => {
    const [{ id, run }] = await fleet.leases.claim(worker);
    await fleet.leases.complete({ jobId: id, run });
  },
  respond: ({ fleet, nextPrompt }) => fleet.prompts.respond(nextPrompt(), { answer: "yes" }),
};

/** Every operation in every turn, on one side and then on the other: whatever else the machine does meets all of them. */
async function* compare(sides, { rounds }) {
  const timed = Object.entries(operations).map(([name, operate]) => ({ name, operate, times: [[], []] }));
  for (let turn = 0; turn < turns * (rounds + 1); turn += 1) {
    for (const { operate, times } of timed) {
      // Whoever is second finds the processor's caches warm.
      for (const index of turn % 2 === 0 ? [0, 1] : [1, 0]) {
        const start = performance.now();
        await operate(sides[index]);
        // The first round warms up.
        if (turn >= turns) times[index].push(performance.now() - start);
      }
    }
  }
  for (const { name, times } of timed) {
    const [ours, theirs] = times.map(median);
    yield { name: `${name}, p50`, nextTo: "the same with 10,000 jobs", ours, theirs, unit: "ms", better: "less", target: targets.ratio };
  }
}

async function* lists({ fleet, period }) {
  const pages = [];
  // What the first ones load is not part of a page.
  await fleet.jobs.list();
  await fleet.prompts.inbox();
  for await (const page of jobPages(fleet, period)) {
    pages.push({ ...page, list: page.filters < 2 ? "jobs by at most one filter" : "jobs by several filters" });
  }
  for await (const page of inboxPages(fleet)) pages.push({ ...page, list: "the inbox by any filters" });
  for (const list of new Set(pages.map((page) => page.list))) {
    const timed = pages.filter((page) => page.list === list).toSorted((a, b) => b.ms - a.ms);
    yield { name: `slowest page of ${list}: ${timed[0].name}`, ours: timed[0].ms, unit: "ms", better: "less", target: targets.pageMs };
    const slow = timed.filter(({ ms }) => ms >= targets.pageMs).length;
    yield { name: `pages of ${list} that take longer, of ${timed.length}`, ours: slow, unit: "", better: "less", target: 0 };
  }
}

async function* stats({ fleet }, jobCount) {
  const times = [];
  for (let read = 0; read < 20; read += 1) {
    const start = performance.now();
    await fleet.jobs.stats();
    times.push(performance.now() - start);
  }
  yield { name: "stats, p50", ours: median(times), unit: "ms", better: "less", target: targets.statsMs };
  const { total } = await fleet.jobs.stats();
  yield { name: "error of their total", ours: (Math.abs(total - jobCount) * 100) / jobCount, unit: "%", better: "less" };
}
