import { ours as fleet, peerFiles, withContestants } from "../contestants.js";

const floor = "bare NOTIFY";
/** How many bare round trips the median may take, and how long the slowest of a hundred, in ms. */
const targets = { p50: 3, p99: 10 };

/** @type {import("../figure.js").Group} */
export const latencyFigures = {
  name: "latency",
  title: "From an order to its effect",
  notes: `On a system that has nothing else to do, one at a time; the contestants take turns. The floor is a \`NOTIFY\` on one
connection until another has heard it.

- **create to handler**: from the call that creates a job to the first line of its handler. In the same process one commit creates
  the job and gives it to the claim that waits. Between two instances that share nothing but the database it is committed twice,
  created and claimed. A \`NOTIFY\` is no durable commit. Two commits of one small row each, one after the other, are the floor
  between two instances, and twice that within one.
- **response to handler**: from the response, given on one instance, to the line after the question in the handler that waits on
  the other. Its question is read and its schema checked, the response is committed and announced, the job is claimed again, and
  the handler reads what became of its question: two commits, a \`NOTIFY\` and two reads, one after the other.
- The peers create and run in one process. graphile-worker runs without its local queue, which is for throughput; pg-boss
  listens for its jobs (\`useListenNotify\`), which it does not by default.`,
  measure,
};

const ways = [
  { name: "create to handler", method: "latency", withPeers: true },
  { name: "create to handler on another instance", method: "latencyFromOther" },
  { name: "response to the waiting handler on another instance", method: "latencyOfAnswers" },
];

async function* measure({ server, lengths, peers }) {
  const nextTo = peers === undefined ? {} : peerFiles;
  const files = ["contestants/bare-notify.js", fleet, ...Object.values(nextTo)];
  yield* withContestants(files, { server, node: peers?.node }, async function* ([bare, ours, ...others]) {
    const sides = [bare, ...others].map((contestant) => () => contestant.latency(lengths.roundMs / 10));
    sides.push(() => bare.call("latencyOfTwoCommits", lengths.roundMs / 10));
    sides.push(
      ...ways.map(
        ({ method }) =>
          () =>
            ours.call(method, lengths.roundMs / 10),
      ),
    );
    const results = await sample(sides, lengths.rounds);
    const bareTimes = results[0];
    const otherTimes = results.slice(1, 1 + others.length);
    const [commitTimes, ...ourTimes] = results.slice(1 + others.length);
    for (const [index, { name, withPeers }] of ways.entries()) {
      const times = ourTimes[index];
      yield* figuresOf(name, times, bareTimes);
      yield nextToFloor(name, times, commitTimes);
      if (!withPeers) continue;
      for (const [peer, peerName] of Object.keys(nextTo).entries()) yield* nextToPeer(name, times, peerName, otherTimes[peer]);
    }
  });
}

/** Lets the sides take turns; returns all that each has measured, the shortest first. */
async function sample(sides, rounds) {
  const results = sides.map(() => []);
  for (let round = 0; round < rounds; round += 1) {
    for (const [index, side] of sides.entries()) results[index].push(...(await side()));
  }
  return results.map((times) => times.toSorted((a, b) => a - b));
}

function* figuresOf(name, times, bareTimes) {
  yield {
    name: `${name}, p50`,
    nextTo: floor,
    ours: at(times, 0.5),
    theirs: at(bareTimes, 0.5),
    unit: "ms",
    better: "less",
    target: targets.p50,
  };
  // The bound is one of time: what the slowest round trip of a hundred takes is up to the machine.
  yield { name: `${name}, p99`, ours: at(times, 0.99), unit: "ms", better: "less", target: targets.p99 };
}

function nextToFloor(name, times, commitTimes) {
  const nextTo = "two bare commits";
  return { name: `${name}, p50`, nextTo, ours: at(times, 0.5), theirs: at(commitTimes, 0.5), unit: "ms", better: "less" };
}

function* nextToPeer(name, times, nextTo, theirTimes) {
  for (const [label, share] of [
    ["p50", 0.5],
    ["p99", 0.99],
  ]) {
    yield {
      name: `${name}, ${label}`,
      nextTo,
      ours: at(times, share),
      theirs: at(theirTimes, share),
      unit: "ms",
      better: "less",
      isUnsteady: label === "p99",
    };
  }
}

function at(sorted, share) {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
}
