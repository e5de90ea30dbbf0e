import pg from "pg";
import { drains, ours as fleet, withContestants } from "../contestants.js";
import { runRounds } from "../rounds.js";

/** @type {import("../figure.js").Group} */
export const bloatFigures = {
  name: "bloat",
  title: "While somebody else's transaction stays open",
  notes: `A transaction that has taken its snapshot and does not end, as a long report does, keeps every version of every row that
was changed since: nothing can be cleaned, and whoever looks for work has to step over what is dead. A queue is filled and
drained again and again in two databases that take turns; in one of them such a transaction is open from the first job on. The
peer beside is the one that is fastest without it; \`share kept\` is its rate with the transaction by that without, next to ours.`,
  measure,
};

const peerName = "graphile-worker";
const peerFile = "peers/graphile-worker.js";

async function* measure({ server, lengths, peers }) {
  const files = [fleet, fleet, ...(peers === undefined ? [] : [peerFile, peerFile])];
  yield* withContestants(files, { server, node: peers?.node }, async function* (contestants) {
    const [held, , peerHeld] = contestants;
    const holders = await Promise.all(
      [held, peerHeld].filter((one) => one !== undefined).map(({ database }) => holdSnapshot(database.url)),
    );
    try {
      const [ours, oursFree, theirs, theirsFree] = await runRounds(contestants.map(drains), lengths);
      const rate = { unit: "a second", better: "more" };
      yield { name: "drain, with a transaction open", nextTo: "without it", ours, theirs: oursFree, ...rate, target: 0.5 };
      if (theirs === undefined) return;
      yield { name: "drain, share kept", nextTo: peerName, ours: ours / oursFree, theirs: theirs / theirsFree, unit: "", better: "more" };
    } finally {
      await Promise.all(holders.map((holder) => holder.end()));
    }
  });
}

/** Opens a transaction that has its snapshot, and keeps it until the connection is ended. */
async function holdSnapshot(url) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query("begin isolation level repeatable read");
  await client.query("select count(*) from pg_class");
  return client;
}
