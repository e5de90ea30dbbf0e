import { type Fleet, type Job, type JsonObject, type NewJob, type OpenPrompt, openFleet, type Persistence } from "@skill-fleet/core";
import { RecordingLogger } from "@skill-fleet/core/testing";
import { createWorker, type Worker } from "@skill-fleet/worker";
import type { SkillAuthor } from "../author/author.ts";
import { createSkillHandler } from "../job/create-skill.ts";
import { skillCreation } from "../job/skill-creation-job.ts";
import { makeTemporaryFolder } from "./temporary-folder.ts";

/** A fleet, a folder for its skills, and whoever answers. Workers that a test has started end with it. */
interface SkillFleet extends AsyncDisposable {
  readonly fleet: Fleet;
  readonly skillsRoot: string;
  /** What the workers have logged. */
  readonly logger: RecordingLogger;
  /** Starts a worker for the built-in job. */
  work(author: SkillAuthor): Promise<Worker>;
  create(job?: NewJob): Promise<string>;
  /** What the job asks, once it does; it must be of this type. */
  asked(jobId: string, type: string): Promise<OpenPrompt>;
  /** Answers the next prompt, which must be of this type, and returns it. */
  answer(jobId: string, type: string, response: JsonObject): Promise<OpenPrompt>;
  /** The job once it has ended. */
  ended(jobId: string): Promise<Job>;
  /** The job as soon as it is like this. */
  until(jobId: string, condition: (job: Job) => boolean): Promise<Job>;
}

export async function openSkillFleet(persistence: Persistence = { kind: "memory" }): Promise<SkillFleet> {
  const fleet = await openFleet({ persistence });
  const folder = await makeTemporaryFolder();
  const logger = new RecordingLogger();
  const workers: Worker[] = [];
  const until: SkillFleet["until"] = async (jobId, condition) => {
    let job = await fleet.jobs.get(jobId);
    while (!condition(job)) job = await fleet.jobs.waitForChange(jobId, { afterVersion: job.version });
    return job;
  };
  const asked: SkillFleet["asked"] = async (jobId, type) => {
    const job = await until(jobId, ({ status, completedAt }) => status === "pending_hitl" || completedAt !== null);
    if (job.completedAt !== null) throw new Error(`The job has ended as ${job.status}: ${job.error}`);
    const prompt = await fleet.prompts.current(jobId);
    if (prompt.type !== type) throw new Error(`The job asks ${prompt.type}, not ${type}: ${prompt.title}`);
    return prompt;
  };
  return {
    fleet,
    skillsRoot: folder.path,
    logger,
    work: async (author) => {
      const handler = createSkillHandler({ author, skillsRoot: folder.path });
      const worker = createWorker({ backend: fleet.leases, logger }).handle(skillCreation, handler);
      workers.push(worker);
      await worker.start();
      return worker;
    },
    create: async (job = {}) => (await fleet.jobs.create(job)).job.id,
    asked,
    answer: async (jobId, type, response) => {
      const prompt = await asked(jobId, type);
      await fleet.prompts.respond(prompt.id, response);
      return prompt;
    },
    ended: (jobId) => until(jobId, ({ completedAt }) => completedAt !== null),
    until,
    [Symbol.asyncDispose]: async () => {
      await Promise.all(workers.map((worker) => worker.stop({ drainMs: 0 })));
      // The next test on the same database finds no work of this one.
      const { jobs } = await fleet.jobs.list({ status: ["pending", "running", "pending_hitl"], limit: 200 });
      await Promise.all(jobs.map(({ id }) => fleet.jobs.cancel(id)));
      await fleet.close();
      await folder[Symbol.asyncDispose]();
    },
  };
}
