import type { Job, JobQuery, NewJob } from "@skill-fleet/client";
import { type Command, Option } from "commander";
import { fleetClient } from "../fleet-client.ts";
import { collect, parseId, parseJson, parseObject, parseTime, type ServerOptions, wholeNumber, withServer } from "../options.ts";
import { presentJob, presentJobs } from "../present-job.ts";
import { print } from "../print.ts";

const statuses = ["pending", "running", "pending_hitl", "completed", "failed", "cancelled"] satisfies Job["status"][];

export function addJobs(program: Command): void {
  const jobs = program.command("jobs").description("Create jobs and look after them");
  addCreate(jobs);
  addGet(jobs);
  addList(jobs);
  addCancel(jobs);
  addRetry(jobs);
  addDelete(jobs);
  addStats(jobs);
  addWatch(jobs);
}

function addCreate(jobs: Command): void {
  withServer(jobs.command("create"))
    .description("Create a job")
    .option("--type <type>", "the handler that it needs (default: skill_creation)")
    .option("--task <text>", "what is to be done, in words")
    .option("--user-id <id>", "whose job it is")
    .option("--input <json>", "what the handler works on", parseJson)
    .option("--metadata <json>", "labels, as a JSON object", parseObject)
    .option("--tag <tag>", "a word to find it by; may be given several times", collect)
    .option("--priority <n>", "-5 to 5; higher is claimed first (default: 0)", wholeNumber(-5, 5))
    .option("--run-at <time>", "no worker may have it before, e.g. 2026-01-31T12:00:00Z (default: at once)", parseTime)
    .option("--max-attempts <n>", "how many attempts it may use before a failure is final (default: 5)", wholeNumber(1))
    .option("--attempt-timeout <ms>", "how long one attempt may take; then it counts as failed", wholeNumber(1))
    .option("--timeout <ms>", "how long the job may take, waits included; then it fails", wholeNumber(1))
    .option("--id <uuid>", "an id of your choice", parseId)
    .option("--idempotency-key <key>", "names the request: sent again, it finds the job of the first time")
    .addHelpText("after", '\nExample:\n  skill-fleet jobs create --task "Write a skill about tides" --tag ocean')
    .action(async ({ url, apiKey, json, idempotencyKey, ...flags }: ServerOptions & CreateFlags) => {
      const { task: taskDescription, tag: tags, attemptTimeout: attemptTimeoutMs, timeout: timeoutMs, ...named } = flags;
      const job = { ...named, taskDescription, tags, attemptTimeoutMs, timeoutMs };
      const created = await (await fleetClient({ url, apiKey })).jobs.create(job, { idempotencyKey });
      print(created, { json }, () => presentJob(created));
    });
}

type CreateFlags = Pick<NewJob, "id" | "type" | "userId" | "input" | "metadata" | "priority" | "runAt" | "maxAttempts"> & {
  task?: string;
  tag?: string[];
  attemptTimeout?: number;
  timeout?: number;
  idempotencyKey?: string;
};

function addGet(jobs: Command): void {
  withServer(jobs.command("get"))
    .description("Show a job")
    .argument("<job>", "its id", parseId)
    .action(async (id: string, { url, apiKey, json }: ServerOptions) => {
      const job = await (await fleetClient({ url, apiKey })).jobs.get(id);
      print(job, { json }, () => presentJob(job));
    });
}

function addList(jobs: Command): void {
  withServer(jobs.command("list"))
    .description("List jobs, newest first")
    .addOption(new Option("--status <status...>", "any of these").choices(statuses))
    .option("--type <type>")
    .option("--user-id <id>")
    .option("--tag <tag>")
    .option("--created-after <time>", "at this instant or later, e.g. 2026-01-31T12:00:00Z", parseTime)
    .option("--created-before <time>", "before this instant", parseTime)
    .option("--limit <n>", "jobs a page, 1 to 200 (default: 50)", wholeNumber(1, 200))
    .option("--cursor <cursor>", "the page after the one that ended with this")
    .action(async ({ url, apiKey, json, ...query }: ServerOptions & JobQuery) => {
      const page = await (await fleetClient({ url, apiKey })).jobs.list(query);
      print(page, { json }, () => {
        if (page.jobs.length === 0) return "No jobs.";
        const more = page.nextCursor === null ? "" : `\nMore: --cursor ${page.nextCursor}`;
        return `${presentJobs(page.jobs)}${more}`;
      });
    });
}

function addCancel(jobs: Command): void {
  withServer(jobs.command("cancel"))
    .description("End a job that has not ended, and close its prompts")
    .argument("<job>", "its id", parseId)
    .option("--reason <text>", "why; becomes the job's error")
    .option("--if-version <n>", "only if it still has this version", wholeNumber(1))
    .action(async (id: string, { url, apiKey, json, ...options }: ServerOptions & { reason?: string; ifVersion?: number }) => {
      const job = await (await fleetClient({ url, apiKey })).jobs.cancel(id, options);
      print(job, { json }, () => presentJob(job));
    });
}

function addRetry(jobs: Command): void {
  withServer(jobs.command("retry"))
    .description("Send a failed or cancelled job back for another attempt")
    .argument("<job>", "its id", parseId)
    .option("--if-version <n>", "only if it still has this version", wholeNumber(1))
    .action(async (id: string, { url, apiKey, json, ...options }: ServerOptions & { ifVersion?: number }) => {
      const job = await (await fleetClient({ url, apiKey })).jobs.retry(id, options);
      print(job, { json }, () => presentJob(job));
    });
}

function addDelete(jobs: Command): void {
  withServer(jobs.command("delete"))
    .description("Remove a job that neither runs nor waits, with its prompts and its history")
    .argument("<job>", "its id", parseId)
    .action(async (jobId: string, { url, apiKey, json }: ServerOptions) => {
      await (await fleetClient({ url, apiKey })).jobs.delete(jobId);
      print({ jobId, deleted: true }, { json }, () => `Job ${jobId} is deleted.`);
    });
}

function addStats(jobs: Command): void {
  withServer(jobs.command("stats"))
    .description("Count all jobs, by status and by type")
    .action(async ({ url, apiKey, json }: ServerOptions) => {
      const stats = await (await fleetClient({ url, apiKey })).jobs.stats();
      const { presentStats } = await import("../present-stats.ts");
      print(stats, { json }, () => presentStats(stats));
    });
}

function addWatch(jobs: Command): void {
  withServer(jobs.command("watch"))
    .description("Print what happens to a job until it ends; exits with 0 only when it completes")
    .argument("<job>", "its id", parseId)
    .action(async (id: string, { json, ...server }: ServerOptions) => {
      const { watchJob } = await import("../watch-job.ts");
      process.exitCode = await watchJob(await fleetClient(server), id, { json });
    });
}
