import { text } from "node:stream/consumers";
import type { HitlClient, InboxQuery, OpenPrompt, Prompt } from "@skill-fleet/client";
import type { Command } from "commander";
import type { Terminal } from "../answer/ask-form.ts";
import { UsageError } from "../failure.ts";
import { fleetClient } from "../fleet-client.ts";
import { parseId, parseObject, parseTime, type ServerOptions, wholeNumber, withServer } from "../options.ts";
import { presentPrompt } from "../present-job.ts";
import { print } from "../print.ts";

export function addHitl(program: Command): void {
  const hitl = program.command("hitl").description("See what jobs ask, and answer");
  addPrompt(hitl);
  addAnswer(hitl);
  addRespond(hitl);
  addWithdraw(hitl);
  addInbox(hitl);
}

function addPrompt(hitl: Command): void {
  withServer(hitl.command("prompt"))
    .description("Show what a job asks; exits with 1 when it asks nothing")
    .argument("<job>", "its id", parseId)
    .action(async (jobId: string, { url, apiKey, json }: ServerOptions) => {
      const prompt = await (await fleetClient({ url, apiKey })).hitl.current(jobId);
      print(prompt, { json }, () => presentPrompt(prompt));
    });
}

function addAnswer(hitl: Command): void {
  withServer(hitl.command("answer"))
    .description("Answer what a job asks, here in the terminal")
    .argument("<job>", "its id", parseId)
    .option("--prompt <id>", "which prompt, when the job has several open", parseId)
    .action(async (jobId: string, { url, apiKey, json, prompt: promptId }: ServerOptions & { prompt?: string }) => {
      if (!process.stdin.isTTY) throw new UsageError("`hitl answer` asks in a terminal; use `hitl respond` in scripts.");
      // Standard output is for the result alone.
      const terminal: Terminal = { input: process.stdin, output: json ? process.stderr : process.stdout };
      const { hitl: client } = await fleetClient({ url, apiKey });
      const { answerPrompt } = await import("../answer/answer-prompt.ts");
      const receipt = await answerPrompt(client, await findPrompt(client, jobId, promptId, terminal), terminal);
      print(receipt, { json }, () => `Accepted. Job ${receipt.jobId} is ${receipt.jobStatus}.`);
    });
}

/** The prompt to answer: the one that is named, the only one, or the one that the person chooses. */
async function findPrompt(client: HitlClient, jobId: string, promptId: string | undefined, terminal: Terminal): Promise<OpenPrompt> {
  if (promptId !== undefined) {
    const prompt = await promptOfJob(client, jobId, promptId);
    if (prompt.status === "open") return prompt;
    const { FleetClientError } = await import("@skill-fleet/client");
    throw new FleetClientError("NO_OPEN_PROMPT", `Prompt ${promptId} is ${prompt.status}.`, { jobId });
  }
  const { prompts } = await client.inbox({ jobId, limit: 200 });
  if (prompts.length <= 1) return client.current(jobId);
  const { choosePrompt } = await import("../answer/answer-prompt.ts");
  return choosePrompt(prompts, terminal);
}

/** The prompt that is named. @throws {UsageError} when it is of another job than the one that is named too */
async function promptOfJob(client: HitlClient, jobId: string, promptId: string): Promise<Prompt> {
  const prompt = await client.get(promptId);
  if (prompt.jobId === jobId) return prompt;
  throw new UsageError(`Prompt ${promptId} belongs to job ${prompt.jobId}, not to ${jobId}.`);
}

function addRespond(hitl: Command): void {
  withServer(hitl.command("respond"))
    .description("Answer the open prompt of a job with a JSON object")
    .argument("<job>", "its id", parseId)
    .argument("<response>", "a JSON object; - reads it from standard input")
    .option("--prompt <id>", "which prompt, when the job has several open", parseId)
    .option("--idempotency-key <key>", "names the response: sent again, it gets the first receipt")
    .addHelpText("after", '\nExample:\n  skill-fleet hitl respond 0190b3… \'{"answer": "yes"}\'')
    .action(async (jobId: string, given: string, { url, apiKey, json, prompt, idempotencyKey }: ServerOptions & RespondFlags) => {
      const response = parseResponse(given === "-" ? await text(process.stdin) : given);
      const { hitl: client } = await fleetClient({ url, apiKey });
      const receipt = await (prompt === undefined
        ? client.respondToJob(jobId, response, { idempotencyKey })
        : client.respond((await promptOfJob(client, jobId, prompt)).id, response, { idempotencyKey }));
      print(receipt, { json }, () => `Accepted. Job ${receipt.jobId} is ${receipt.jobStatus}.`);
    });
}

function parseResponse(given: string): Record<string, never> {
  try {
    return parseObject(given);
  } catch {
    throw new UsageError("The response must be a JSON object.");
  }
}

interface RespondFlags {
  readonly prompt?: string;
  readonly idempotencyKey?: string;
}

function addWithdraw(hitl: Command): void {
  withServer(hitl.command("withdraw"))
    .description("Take a prompt back; its job runs on once no other prompt of it is open")
    .argument("<prompt>", "its id", parseId)
    .option("--reason <text>", "why; the history of the job has it")
    .action(async (promptId: string, { url, apiKey, json, reason }: ServerOptions & { reason?: string }) => {
      const prompt = await (await fleetClient({ url, apiKey })).hitl.withdraw(promptId, { reason });
      print(prompt, { json }, () => `Prompt ${promptId} of job ${prompt.jobId} is withdrawn.`);
    });
}

function addInbox(hitl: Command): void {
  withServer(hitl.command("inbox"))
    .description("List everything that waits for a person: what is due first, then the oldest")
    .option("--type <type>", "the kind of question")
    .option("--job-type <type>")
    .option("--user-id <id>", "whose jobs")
    .option("--assignee <id>", "who should answer")
    .option("--due-before <time>", "e.g. 2026-01-31T12:00:00Z", parseTime)
    .option("--limit <n>", "prompts a page, 1 to 200 (default: 50)", wholeNumber(1, 200))
    .option("--cursor <cursor>", "the page after the one that ended with this")
    .action(async ({ url, apiKey, json, ...query }: ServerOptions & InboxQuery) => {
      const page = await (await fleetClient({ url, apiKey })).hitl.inbox(query);
      print(page, { json }, () => {
        if (page.prompts.length === 0) return "Nothing waits for a person.";
        return page.prompts.map(presentPrompt).join("\n\n") + (page.nextCursor === null ? "" : `\n\nMore: --cursor ${page.nextCursor}`);
      });
    });
}
