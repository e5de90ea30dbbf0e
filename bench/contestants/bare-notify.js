import pg from "pg";
import { Stopwatch } from "./stopwatch.js";

/**
 * The floors of every latency: a NOTIFY on one connection, heard on another, and two commits, one after the other.
 *
 * @type {import("../contestant.js").Open}
 */
export async function open(url) {
  const speaker = new pg.Client({ connectionString: url });
  const ear = new pg.Client({ connectionString: url });
  await Promise.all([speaker.connect(), ear.connect()]);
  await ear.query("listen bare");
  await speaker.query("create table bare (at timestamptz not null default clock_timestamp())");
  const insert = { name: "insert", text: "insert into bare default values" };
  return {
    async latencyOfTwoCommits(count) {
      const stopwatch = new Stopwatch();
      return stopwatch.timeEach(count, async () => {
        await speaker.query(insert);
        await speaker.query(insert);
        stopwatch.stop();
      });
    },
    async latency(count) {
      const stopwatch = new Stopwatch();
      const onNotice = () => stopwatch.stop();
      ear.on("notification", onNotice);
      const samples = await stopwatch.timeEach(count, () => speaker.query("notify bare"));
      ear.off("notification", onNotice);
      return samples;
    },
  };
}
