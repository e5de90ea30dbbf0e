import pg from "pg";
import { Stopwatch } from "./stopwatch.js";

/** The floor of every latency: a NOTIFY on one connection, heard on another. @type {import("../contestant.js").Open} */
export async function open(url) {
  const speaker = new pg.Client({ connectionString: url });
  const ear = new pg.Client({ connectionString: url });
  await Promise.all([speaker.connect(), ear.connect()]);
  await ear.query("listen bare");
  return {
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
