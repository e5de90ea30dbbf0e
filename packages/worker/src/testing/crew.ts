import { type ChildProcess, spawn } from "node:child_process";
import { EventEmitter, once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { type Fleet, type Job, openFleet } from "@skill-fleet/core";
import { createTestDatabase, type TestDatabase } from "@skill-fleet/core/testing";
import { type CrewOptions, errand } from "./crew-process.ts";

/** A line of the diary in which workers write down what they do. */
export interface Note {
  readonly id: number;
  readonly job_id: string;
  readonly what: string;
  readonly detail: string;
}

/** A worker in a process of its own. */
interface CrewWorker {
  readonly process: ChildProcess;
  /** Resolves when it has done so many things more, or has ended. */
  worked(times: number): Promise<void>;
}

/** A database with workers in processes of their own. */
export interface Crew extends AsyncDisposable {
  readonly fleet: Fleet;
  readonly database: TestDatabase;
  /** Starts a worker. Resolves when it claims. */
  hire(): Promise<CrewWorker>;
  create(input: { blockMs?: number; workMs?: number }): Promise<string>;
  /** Answers every prompt that is open, and says how many those were. */
  answerAll(): Promise<number>;
  /** Everything that workers have written down, in order. */
  diary(): Promise<Note[]>;
  /** Resolves when somebody has written this down about a job. */
  noted(jobId: string, what: string): Promise<void>;
  ended(jobId: string): Promise<Job>;
}

const program = fileURLToPath(new URL("../../dist/testing/crew-process.js", import.meta.url));

export async function openCrew({ leaseTimeoutMs, concurrency }: Pick<CrewOptions, "leaseTimeoutMs" | "concurrency">): Promise<Crew> {
  const database = await createTestDatabase();
  const fleet = await openFleet({ persistence: { kind: "server", url: database.url }, leaseTimeoutMs });
  await database.query("create table diary (id bigint generated always as identity primary key, job_id uuid, what text, detail text)");
  const processes: ChildProcess[] = [];
  /** Each worker says a line when it has written something down. */
  const said = new EventEmitter<{ line: [] }>();
  const sweep = setInterval(() => void fleet.leases.expireOverdue().catch(() => {}), 100);
  const diary = async () => (await database.query("select id::int, job_id, what, detail from diary order by id")) as Note[];
  return {
    fleet,
    database,
    hire: async () => {
      const options: CrewOptions = { url: database.url, leaseTimeoutMs, concurrency };
      const child = spawn(process.execPath, [program, JSON.stringify(options)], { stdio: ["ignore", "pipe", "inherit"] });
      processes.push(child);
      const output = createInterface({ input: child.stdout });
      output.on("line", () => said.emit("line"));
      const lines = output[Symbol.asyncIterator]();
      await lines.next();
      const worked = async (times: number) => {
        for (let left = times; left > 0 && !(await lines.next()).done; ) left -= 1;
      };
      return { process: child, worked };
    },
    create: async (input) => (await fleet.jobs.create({ type: errand.type, input, maxAttempts: 1_000 })).job.id,
    answerAll: async () => {
      const { prompts } = await fleet.prompts.inbox({ limit: 200 });
      const answers = await Promise.allSettled(prompts.map(({ id, key }) => fleet.prompts.respond(id, { word: `${key} ${id}` })));
      return answers.filter(({ status }) => status === "fulfilled").length;
    },
    diary,
    noted: async (jobId, what) => {
      for (;;) {
        const more = once(said, "line");
        if ((await diary()).some((note) => note.job_id === jobId && note.what === what)) return;
        await more;
      }
    },
    ended: async (jobId) => {
      let job = await fleet.jobs.get(jobId);
      while (job.completedAt === null) job = await fleet.jobs.waitForChange(jobId, { afterVersion: job.version });
      return job;
    },
    [Symbol.asyncDispose]: async () => {
      clearInterval(sweep);
      for (const child of processes) child.kill("SIGKILL");
      await fleet.close();
      await database[Symbol.asyncDispose]();
    },
  };
}
