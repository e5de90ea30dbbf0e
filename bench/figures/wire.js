import { fileURLToPath } from "node:url";
import { startLoad } from "../load.js";
import { runRounds } from "../rounds.js";
import { startServer } from "../server-process.js";

const connections = 16;
const jobs = "/api/v2/jobs";
const batchSize = 10;
const program = fileURLToPath(new URL("../../apps/cli/bin/skill-fleet.js", import.meta.url));
const script = (name) => fileURLToPath(new URL(`../servers/${name}.js`, import.meta.url));

/** @type {import("../figure.js").Group} */
export const wireFigures = {
  name: "wire",
  title: "REST and tRPC",
  notes: `What is counted is replies in a second of **the server's own processor time**, over ${connections} connections. Whoever sends the
requests is a process of its own, but has the same cores: by the clock it is the sender that is measured, and its share differs
from server to server. A server runs for days: each is warmed up for some seconds, in which V8 makes its code faster.
Beside us are a \`node:http\` server that replies with the same bytes, and a tRPC router whose query
returns a constant, on the fastest adapter that tRPC has, the one for fetch, right behind \`node:http\`. Ours is served by what that
adapter is made of, without the \`Request\` that it wants: what this spares pays for all that a get does beside.

Fastify alone, with one route and no log, reaches 0.8 to 0.95 of \`node:http\`. A POST waits for a commit, which costs the server
little of its own time; what it costs is to write the job and its event.

The typed SDK sends calls in batches, a single one as well, but not those that wait. A plain batch is answered by the server itself,
without the \`Response\` that tRPC makes for each request and the two signals and the chain of functions for each call. A call that
is in no batch, as \`curl\` sends it, goes through all that; next to a batch of one, a batch of ten saves what a request takes.`,
  measure,
};

async function* measure({ server, lengths }) {
  const database = await server.createDatabase();
  const load = startLoad();
  const started = [];
  const start = async (...args) => {
    const process = await startServer(...args);
    started.push(process);
    return process;
  };
  try {
    const fleet = await start([program, "serve"], { env: { DATABASE_URL: database.url, SKILL_FLEET_PORT: "0" } });
    const body = await (await fetch(`${fleet.url}/api/v2/jobs`, { method: "POST" })).text();
    const servers = { fleet, http: await start([script("bare-http"), body]), trpc: await start([script("empty-trpc"), body]) };
    const tools = { load, lengths };
    yield* restGet(servers, JSON.parse(body).job_id, tools);
    yield* trpcFigures(servers, JSON.parse(body).job_id, tools);
    // At the end: the jobs stay in memory, and whoever collects garbage there looks at them.
    yield* restPost(servers, tools);
  } finally {
    load.stop();
    for (const process of started) process.stop();
    await database[Symbol.asyncDispose]();
  }
}

async function* restGet({ fleet, http }, id, tools) {
  const get = [{ server: fleet, path: `${jobs}/${id}` }, { server: http }];
  yield* compare("REST GET of a hot job", "bare node:http", get, { ...tools, target: 0.6 });
}

async function* restPost({ fleet, http }, tools) {
  const post = { method: "POST", headers: { "content-type": "application/json" }, body: '{"task_description":"A report"}' };
  const create = [
    { server: fleet, path: jobs, request: post },
    { server: http, request: post },
  ];
  // How many jobs share a statement, and so what each costs, is up to the disk.
  yield* compare("REST POST of a job", "bare node:http", create, { ...tools, isUnsteady: true });
}

async function* trpcFigures({ fleet, trpc }, id, tools) {
  const input = encodeURIComponent(JSON.stringify({ id }));
  const single = { server: fleet, path: `/trpc/jobs.get?input=${input}` };
  const emptySingle = { server: trpc, path: `/trpc/get?input=${input}` };
  // What becomes of the signals that tRPC makes is up to the collector: the same router is four times as fast in another run.
  yield* compare("tRPC get of a hot job", "empty tRPC router", [single, emptySingle], { ...tools, target: 0.9, isUnsteady: true });

  const calls = Array.from({ length: batchSize });
  const inputs = encodeURIComponent(JSON.stringify(Object.fromEntries(calls.map((_, index) => [index, { id }]))));
  const batchPath = (name) => `/trpc/${calls.map(() => name).join(",")}?batch=1&input=${inputs}`;
  const batch = { server: fleet, path: batchPath("jobs.get"), calls: batchSize };
  const pathOfOne = (name) => `/trpc/${name}?batch=1&input=${encodeURIComponent(JSON.stringify({ 0: { id } }))}`;
  const batchOfOne = { server: fleet, path: pathOfOne("jobs.get") };
  const emptyBatchOfOne = { server: trpc, path: pathOfOne("get") };
  const emptyBatch = { server: trpc, path: batchPath("get"), calls: batchSize };
  yield* compare("calls in tRPC batches of ten", "calls one by one", [batch, single], { ...tools, target: 5 });
  yield* compare("calls in tRPC batches of ten", "batches of one", [batch, batchOfOne], tools);
  yield* compare("calls in tRPC batches of ten", "empty tRPC router", [batch, emptyBatch], { ...tools, isUnsteady: true });
  yield* compare("tRPC get in a batch of one, as the SDK sends it", "empty tRPC router", [batchOfOne, emptyBatchOfOne], {
    ...tools,
    isUnsteady: true,
  });
}

async function* compare(name, nextTo, sides, { load, lengths, target, isUnsteady }) {
  const loaded = sides.map((side) => callsPerCpuSecond(side, load));
  for (const side of loaded) await side(lengths.warmUpMs);
  const [ours, theirs] = await runRounds(loaded, lengths);
  yield { name, nextTo, ours, theirs, unit: "a second", better: "more", target, isUnsteady };
}

/** A side of a round: sends one request to a server over and over. */
function callsPerCpuSecond({ server, path = "/", request = {}, calls = 1 }, load) {
  return async (durationMs) => {
    const before = await server.cpuSeconds();
    const replies = await load.run({ url: `${server.url}${path}`, ...request }, { connections, durationMs });
    return (replies * calls) / ((await server.cpuSeconds()) - before);
  };
}
