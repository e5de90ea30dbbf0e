import { text } from "node:stream/consumers";
import { createClient, type InboxQuery } from "@skill-fleet/client";
import type { Command } from "commander";
import { UsageError } from "../failure.ts";
import { parseObject, parseWholeNumber, type ServerOptions, withServer } from "../options.ts";
import { presentPrompt } from "../present-job.ts";
import { print } from "../print.ts";

export function addHitl(program: Command): void {
  const hitl = program.command("hitl").description("See what jobs ask, and answer");
  addPrompt(hitl);
  addRespond(hitl);
  addInbox(hitl);
}

function addPrompt(hitl: Command): void {
  withServer(hitl.command("prompt <job>"))
    .description("Show what a job asks; exits with 1 when it asks nothing")
    .action(async (jobId: string, { url, apiKey, json }: ServerOptions) => {
      const prompt = await createClient({ url, apiKey }).hitl.current(jobId);
      print(prompt, { json }, () => presentPrompt(prompt));
    });
}

function addRespond(hitl: Command): void {
  withServer(hitl.command("respond <job> <response>"))
    .description("Answer the open prompt of a job with a JSON object; - reads it from standard input")
    .option("--prompt <id>", "which prompt, when the job has several open")
    .option("--idempotency-key <key>", "names the response: sent again, it gets the first receipt")
    .addHelpText("after", '\nExample:\n  skill-fleet hitl respond 0190b3… \'{"answer": "yes"}\'')
    .action(async (jobId: string, given: string, { url, apiKey, json, prompt, idempotencyKey }: ServerOptions & RespondFlags) => {
      const response = parseResponse(given === "-" ? await text(process.stdin) : given);
      const { hitl: client } = createClient({ url, apiKey });
      const receipt = await (prompt === undefined
        ? client.respondToJob(jobId, response, { idempotencyKey })
        : client.respond(prompt, response, { idempotencyKey }));
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

function addInbox(hitl: Command): void {
  withServer(hitl.command("inbox"))
    .description("List everything that waits for a person, oldest first")
    .option("--type <type>", "the kind of question")
    .option("--job-type <type>")
    .option("--user-id <id>", "whose jobs")
    .option("--limit <n>", "prompts a page, 1 to 200 (default: 50)", parseWholeNumber)
    .option("--cursor <cursor>", "the page after the one that ended with this")
    .action(async ({ url, apiKey, json, ...query }: ServerOptions & InboxQuery) => {
      const page = await createClient({ url, apiKey }).hitl.inbox(query);
      print(page, { json }, () => {
        if (page.prompts.length === 0) return "Nothing waits for a person.";
        return page.prompts.map(presentPrompt).join("\n\n") + (page.nextCursor === null ? "" : `\n\nMore: --cursor ${page.nextCursor}`);
      });
    });
}
