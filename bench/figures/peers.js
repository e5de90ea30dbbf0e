import { drains, ours as fleet, peerFiles, withContestants } from "../contestants.js";
import { runRounds } from "../rounds.js";

const callers = 64;
const life = "a job's life: claimed, run, completed";
const passage = "created one by one, and run meanwhile";
/** How many times as fast as each of them we want to be. */
const createTarget = 8;
const lifeTargets = { "pg-boss": 5, "graphile-worker": 1.5, "BullMQ on PostgreSQL": 5 };

/** @type {import("../figure.js").Group} */
export const peersFigures = {
  name: "peers",
  title: "Next to other job queues",
  needsPeers: true,
  notes: `Each in a process of its own, all on the newest Node and the same server, with a database of its own, at most 10
connections (more made none of them faster) and the same payload; they take turns. All of them commit durably.

- **create**: 64 callers add one job after the other: \`JobManager.create\`, \`send\` of pg-boss, \`addJob\` of
  graphile-worker, \`add\` of BullMQ. No worker is there. Ours writes an event, too, and sends what is created in one tick in one
  statement; theirs send a statement for each, and graphile-worker and BullMQ notify in its transaction, which takes a lock
  that all notifying commits of the server share.
- **a job's life**: a queue that was filled before is drained by handlers that do nothing, from the first one's first line
  until the last job is durably done; each drains as many jobs as take it about a second, has up to 500 in hands, and as many
  handlers as make it fastest. Ours claims 500 at once for 500 handlers, tells of each start and each end in an event, and keeps jobs
  and events. graphile-worker fetches 500 at once for 200 handlers (\`localQueue\`), completes them in batches (\`completeJobBatchDelay: 0\`) and **deletes** its rows: there is no
  history. pg-boss keeps its rows without a history; four loops \`fetch\` and \`complete\` 100 at once, which is its fastest way, so there
  are no handlers and no failure of a single job. BullMQ keeps its rows and adds to a stream of events; it
  completes each job, and fetches the next, in a statement of its own.
- **created, and run meanwhile**: 64 callers add one job after the other, as above, while a worker runs them, as above; from the first
  creation until the last job is durably done. It is what a queue takes in the long run from those who have one job at a time.
- The **floor** of such a life, batched, durable and kept, are two statements over three narrow tables, without
  handlers. What stands between ours and it: a handler's run with its promises, and the parsing of whole jobs; two events; the
  status, version and times of the job, which its row and its readers have; and that a claim goes by type, priority and time.`,
  measure,
};

async function* measure({ server, lengths, peers }) {
  const files = [fleet, ...Object.values(peerFiles)];
  const options = { server, node: peers.node };
  yield* withContestants(files, options, async function* (contestants) {
    const sides = contestants.map((contestant) => (ms) => contestant.create(callers, ms));
    yield* nextToEach(`create, ${callers} callers, each job by itself`, await runRounds(sides, lengths), () => createTarget);
  });
  yield* withContestants(files, options, async function* (contestants) {
    yield* nextToEach(life, await runRounds(contestants.map(drains), lengths), (peer) => lifeTargets[peer]);
  });
  yield* withContestants(files, options, async function* (contestants) {
    const sides = contestants.map((contestant) => (ms) => contestant.pass(callers, ms));
    yield* nextToEach(passage, await runRounds(sides, lengths), () => undefined);
  });
  yield* withContestants([fleet, "contestants/bare-queue.js"], options, async function* (contestants) {
    const [ours, theirs] = await runRounds(contestants.map(drains), lengths);
    yield { name: life, nextTo: "its floor, two bare statements", ours, theirs, unit: "a second", better: "more" };
  });
}

function* nextToEach(name, [ours, ...theirs], targetOf) {
  for (const [index, nextTo] of Object.keys(peerFiles).entries()) {
    yield { name, nextTo, ours, theirs: theirs[index], unit: "a second", better: "more", target: targetOf(nextTo) };
  }
}
