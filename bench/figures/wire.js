import { fileURLToPath } from "node:url";
import autocannon from "autocannon";
import { runRounds } from "../rounds.js";
import { startServer } from "../server-process.js";

const connections = 16;
const program = fileURLToPath(new URL("../../apps/cli/bin/skill-fleet.js", import.meta.url));
const script = (name) => fileURLToPath(new URL(`../servers/${name}.js`, import.meta.url));

/** Sends one request over and over; returns a side of a round. */
function load(url, request = {}) {
  return async (roundMs) => {
    const { requests, duration, errors, non2xx } = await autocannon({ url, connections, duration: roundMs / 1_000, ...request });
    if (errors + non2xx > 0) throw new Error(`${errors + non2xx} requests to ${url} failed`);
    return requests.total / duration;
  };
}

/** @type {import("../figure.js").Group} */
export const wireFigures = {
  name: "wire",
  title: "REST and tRPC",
  notes: `The server in a process of its own, 16 connections, next to a \`node:http\` server that replies with the same
bytes, and to a tRPC router on the same adapter whose query returns a constant. The floor of REST is Fastify alone, which
is a little slower than \`node:http\`; what stands between is the chain of tRPC's middlewares, through which a REST request
goes as well, and the writing of the job as JSON. A POST waits for a commit; the bare server has nothing to wait for.

The load comes from the process that measures, on the same cores, and a reply of tRPC costs it more than one of REST: the figures
of tRPC show where that is exhausted, not yet what the servers can do, so nothing is aimed at there.`,
  measure,
};

async function* measure({ server, lengths }) {
  const database = await server.createDatabase();
  const started = [];
  const start = async (...args) => {
    const process = await startServer(...args);
    started.push(process);
    return process.url;
  };
  try {
    const fleetUrl = await start([program, "serve"], { env: { DATABASE_URL: database.url, SKILL_FLEET_PORT: "0" } });
    const body = await (await fetch(`${fleetUrl}/api/v2/jobs`, { method: "POST" })).text();
    const urls = { fleet: fleetUrl, http: await start([script("bare-http"), body]), trpc: await start([script("empty-trpc"), body]) };
    yield* restFigures(urls, JSON.parse(body).job_id, lengths);
    yield* trpcFigures(urls, JSON.parse(body).job_id, lengths);
  } finally {
    for (const process of started) process.stop();
    await database[Symbol.asyncDispose]();
  }
}

async function* restFigures(urls, id, lengths) {
  const jobs = `${urls.fleet}/api/v2/jobs`;
  const get = [load(`${jobs}/${id}`), load(urls.http)];
  yield* compare("REST GET of a hot job", "bare node:http", get, lengths, 0.6);

  const post = { method: "POST", headers: { "content-type": "application/json" }, body: '{"task_description":"A report"}' };
  const create = [load(jobs, post), load(urls.http, post)];
  yield* compare("REST POST of a job", "bare node:http", create, lengths);
}

async function* trpcFigures(urls, id, lengths) {
  const input = encodeURIComponent(JSON.stringify({ id }));
  const single = [load(`${urls.fleet}/trpc/jobs.get?input=${input}`), load(`${urls.trpc}/trpc/get?input=${input}`)];
  yield* compare("tRPC get of a hot job", "empty tRPC router", single, lengths);

  const ten = Array.from({ length: 10 });
  const inputs = encodeURIComponent(JSON.stringify(Object.fromEntries(ten.map((_, index) => [index, { id }]))));
  const batchOf = (name) => `${ten.map(() => name).join(",")}?batch=1&input=${inputs}`;
  const batch = [load(`${urls.fleet}/trpc/${batchOf("jobs.get")}`), load(`${urls.trpc}/trpc/${batchOf("get")}`)];
  yield* compare("tRPC batch of ten gets", "empty tRPC router", batch, lengths);
}

async function* compare(name, nextTo, sides, lengths, target) {
  const [ours, theirs] = await runRounds(sides, lengths);
  yield { name, nextTo, ours, theirs, unit: "a second", better: "more", target };
}
