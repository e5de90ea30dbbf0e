import { FleetError } from "../errors.ts";
import { openFleet, type Persistence } from "../fleet.ts";

/*
 * A program that creates jobs until it is killed. Its argument is where it keeps them, as JSON.
 * It prints "open", and then the id of every job that was acknowledged, a line each; tests kill
 * it and look for what it printed.
 */

const concurrency = 32;

const print = (line: string) => process.stdout.write(`${line}\n`);

try {
  const persistence = JSON.parse(process.argv[2] ?? "") as Persistence;
  const fleet = await openFleet({ persistence });
  print("open");
  const createForever = async () => {
    for (;;) {
      const { job } = await fleet.jobs.create({ type: "load", input: { text: "x".repeat(200) } });
      const { id } = await fleet.jobs.update(job.id, { status: "running" });
      print(id);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, createForever));
} catch (error) {
  process.stderr.write(FleetError.is(error) ? `${error.code}: ${error.message}\n` : `${String(error)}\n`);
  process.exitCode = 1;
}
