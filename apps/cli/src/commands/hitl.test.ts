import { createDataDir, type TestDataDir } from "@skill-fleet/core/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runCommand } from "../testing/run-command.ts";
import { ServerProcess } from "../testing/server-process.ts";

let dir: TestDataDir;
let server: ServerProcess;

beforeAll(async () => {
  dir = await createDataDir();
  server = await ServerProcess.start({ folder: dir.path, environment: { SKILL_FLEET_PERSISTENCE: "memory" } });
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await dir[Symbol.asyncDispose]();
});

const run = (args: string[], input?: string) =>
  runCommand(["hitl", ...args, "--url", server.url], { folder: dir.path, ...(input !== undefined && { input }) });

async function createAskingJob(prompt: object = { type: "question" }, job: object = {}) {
  const { job_id } = (await server.request("POST", "/api/v2/jobs", { body: job })).body;
  const { prompt_id } = (await server.request("POST", `/api/v2/hitl/${job_id}/prompt`, { body: prompt })).body;
  return { jobId: job_id as string, promptId: prompt_id as string };
}

const responseTo = async (promptId: string) => (await server.request("GET", `/api/v2/hitl/prompts/${promptId}`)).body.response;

test("hitl prompt shows what a job asks", async () => {
  const { jobId, promptId } = await createAskingJob({ type: "question", title: "Which tide?", body: "High\nor low", data: { n: 1 } });
  const forPerson = await run(["prompt", jobId]);
  expect(forPerson.exitCode).toBe(0);
  const [prompt, job, type, title, body, more, data] = forPerson.stdout.split("\n");
  expect([prompt, job, type]).toEqual([`prompt  ${promptId}`, `job     ${jobId}`, "type    question"]);
  expect([title, body, more, data]).toEqual(["title   Which tide?", "body    High", "        or low", 'data    {"n":1}']);
  const forProgram = await run(["prompt", jobId, "--json"]);
  expect(JSON.parse(forProgram.stdout)).toMatchObject({ id: promptId, jobId, title: "Which tide?", status: "open" });
});

test("hitl prompt exits with 1 when a job asks nothing", async () => {
  const { job_id } = (await server.request("POST", "/api/v2/jobs")).body;
  const { exitCode, stdout, stderr } = await run(["prompt", job_id, "--json"]);
  expect([exitCode, stdout, JSON.parse(stderr).error.code]).toEqual([1, "", "NO_OPEN_PROMPT"]);
});

test("hitl withdraw takes a prompt back, and the job runs on", async () => {
  const { jobId, promptId } = await createAskingJob();
  const { exitCode, stdout } = await run(["withdraw", promptId, "--reason", "nobody needs it"]);
  expect([exitCode, stdout]).toEqual([0, `Prompt ${promptId} of job ${jobId} is withdrawn.\n`]);
  const { events } = (await server.request("GET", `/api/v2/jobs/${jobId}/events`)).body;
  expect(events.at(-1)).toMatchObject({ kind: "prompt_withdrawn", data: { reason: "nobody needs it" } });
});

test("hitl respond answers, and the job runs on", async () => {
  const { jobId, promptId } = await createAskingJob();
  const { exitCode, stdout } = await run(["respond", jobId, '{"answer": "yes", "confidence": 0.9}']);
  expect([exitCode, stdout]).toEqual([0, `Accepted. Job ${jobId} is running.\n`]);
  expect(await responseTo(promptId)).toEqual({ answer: "yes", confidence: 0.9 });
});

test("hitl respond - reads the response from standard input, whatever its size", async () => {
  const { jobId, promptId } = await createAskingJob();
  const response = { answer: "ä€😀\n".repeat(50_000) };
  const { exitCode, stdout } = await run(["respond", jobId, "-", "--json"], JSON.stringify(response));
  expect([exitCode, JSON.parse(stdout)]).toEqual([
    0,
    { status: "accepted", promptId, jobId, jobStatus: "running", jobVersion: expect.any(Number) },
  ]);
  expect(await responseTo(promptId)).toEqual(response);
});

test("hitl respond takes a JSON object only: anything else exits with 2, and answers nothing", async () => {
  const { jobId, promptId } = await createAskingJob();
  const wrong: [given: string, input?: string][] = [["yes"], ["[1]"], ["null"], ["-", "{"], ["-", ""]];
  const results = await Promise.all(wrong.map(([given, input]) => run(["respond", jobId, given], input)));
  expect(results).toEqual(wrong.map(() => ({ exitCode: 2, stdout: "", stderr: "skill-fleet: The response must be a JSON object.\n" })));
  expect(await responseTo(promptId)).toBeNull();
});

test("hitl respond to an answered prompt exits with 1 and shows the winner; with the winner's key it gets the receipt again", async () => {
  const { jobId, promptId } = await createAskingJob();
  const flags = ["--prompt", promptId, "--idempotency-key", "k", "--json"];
  const first = await run(["respond", jobId, '{"answer":"yes"}', ...flags]);
  const again = await run(["respond", jobId, '{"answer":"yes"}', ...flags]);
  expect([again.exitCode, again.stdout]).toEqual([0, first.stdout]);
  const late = await run(["respond", jobId, '{"answer":"no"}', "--prompt", promptId, "--json"]);
  const { code, details } = JSON.parse(late.stderr).error;
  expect([late.exitCode, code, details.winner.response]).toEqual([1, "PROMPT_ALREADY_ANSWERED", { answer: "yes" }]);
});

test("hitl respond to a job with several open prompts needs --prompt, and says which there are", async () => {
  const { jobId, promptId } = await createAskingJob();
  const second = (await server.request("POST", `/api/v2/hitl/${jobId}/prompt`, { body: { type: "question" } })).body.prompt_id;
  const vague = await run(["respond", jobId, "{}", "--json"]);
  const { code, details } = JSON.parse(vague.stderr).error;
  expect([vague.exitCode, code, details.promptIds]).toEqual([1, "SEVERAL_OPEN_PROMPTS", [promptId, second]]);
  const exact = await run(["respond", jobId, "{}", "--prompt", second]);
  expect(exact.stdout).toBe(`Accepted. Job ${jobId} is pending_hitl.\n`);
});

test("hitl respond exits with 2 when the response does not fit, and when the prompt is of another job; neither is answered", async () => {
  const responseSchema = { type: "object", required: ["pages"] };
  const { jobId, promptId } = await createAskingJob({ type: "question", response_schema: responseSchema });
  const misfit = await run(["respond", jobId, '{"answer":"yes"}', "--json"]);
  expect([misfit.exitCode, JSON.parse(misfit.stderr).error.code]).toEqual([2, "INVALID_INPUT"]);
  const other = await createAskingJob();
  const stranger = await run(["respond", other.jobId, '{"pages":1}', "--prompt", promptId]);
  const reason = `skill-fleet: Prompt ${promptId} belongs to job ${jobId}, not to ${other.jobId}.\n`;
  expect(stranger).toEqual({ exitCode: 2, stdout: "", stderr: reason });
  expect([await responseTo(promptId), await responseTo(other.promptId)]).toEqual([null, null]);
});

test("hitl inbox lists what waits, oldest first, page by page", async () => {
  expect((await run(["inbox", "--user-id", "ada"])).stdout).toBe("Nothing waits for a person.\n");
  const job = { type: "report", user_id: "ada", task_description: "Tides" };
  const first = await createAskingJob({ type: "confirm", title: "One?" }, job);
  const second = await createAskingJob({ type: "confirm", title: "Two?" }, job);
  const filters = ["--user-id", "ada", "--type", "confirm", "--job-type", "report", "--limit", "1"];
  const { stdout } = await run(["inbox", ...filters]);
  expect(stdout).toMatch(new RegExp(`^prompt +${first.promptId}$[\\s\\S]*^title +One\\?$[\\s\\S]*^task +Tides$`, "m"));
  const [, cursor = ""] = /^More: --cursor (\S+)$/m.exec(stdout) ?? [];
  const rest = await run(["inbox", ...filters, "--cursor", cursor, "--json"]);
  expect(JSON.parse(rest.stdout)).toMatchObject({ prompts: [{ id: second.promptId, taskDescription: "Tides" }], nextCursor: null });
});

test("a prompt's text stays in its line and sends the terminal no orders", async () => {
  const evil = "a\u001b]0;owned\u0007\r\nprompt  00000000";
  const { jobId } = await createAskingJob(
    { type: evil, title: evil, body: evil, data: { evil } },
    { user_id: "eve", task_description: evil },
  );
  const [prompt, inbox] = await Promise.all([run(["prompt", jobId]), run(["inbox", "--user-id", "eve"])]);
  for (const { stdout } of [prompt, inbox]) {
    expect(stdout).toContain("title   a\\u001b]0;owned\\u0007\\u000d\\u000aprompt  00000000\n");
    expect(stdout.match(/^prompt/gm)).toHaveLength(1);
    expect(stdout).not.toMatch(/(?!\n)\p{Cc}/u);
  }
});
