import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { stripVTControlCharacters } from "node:util";
import { createDataDir, type TestDataDir } from "@skill-fleet/core/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { commandEnvironment, installedProgram, patienceMs } from "../testing/command-process.ts";
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

const [enter, down, controlC] = ["\r", "\u001b[B", "\u0003"];

async function ask(...prompts: object[]) {
  const { job_id: jobId } = (await server.request("POST", "/api/v2/jobs")).body;
  const promptIds: string[] = [];
  for (const body of prompts) promptIds.push((await server.request("POST", `/api/v2/hitl/${jobId}/prompt`, { body })).body.prompt_id);
  return { jobId: jobId as string, promptIds };
}

const read = async (promptId = "") => (await server.request("GET", `/api/v2/hitl/prompts/${promptId}`)).body;

/** Only util-linux's `script` makes a terminal in this way; a system with another one leaves these tests out. */
const hasTerminal = String(spawnSync("script", ["--version"]).stdout).includes("util-linux");
const atTerminal = test.skipIf(!hasTerminal);

/** Runs `hitl answer` in a real terminal (util-linux's `script` makes it) at which somebody types. */
async function answerAtTerminal(
  args: readonly string[],
  type: (when: (text: string | RegExp, keys: () => string | Promise<string>) => Promise<void>) => Promise<void>,
) {
  const command = ["stty cols 100 rows 40;", process.execPath, installedProgram, "hitl", "answer", ...args, "--url", server.url].join(" ");
  const terminal = spawn("script", ["-qec", command, "/dev/null"], { cwd: dir.path, env: commandEnvironment({ TERM: "xterm" }) });
  const ended = once(terminal, "close");
  let raw = "";
  let screen = "";
  const news = (chunk: Buffer) => {
    raw += String(chunk);
    screen = stripVTControlCharacters(raw);
  };
  terminal.stdout.on("data", news);
  terminal.stderr.on("data", news);
  try {
    await type(async (text, keys) => {
      await expect.poll(() => screen, { timeout: patienceMs, interval: 10 }).toMatch(text);
      raw = "";
      screen = "";
      terminal.stdin.write(await keys());
    });
    const [exitCode] = await ended;
    return { exitCode, screen };
  } finally {
    terminal.kill("SIGKILL");
  }
}

atTerminal("hitl answer shows the prompt, asks for each field of its schema, and sends the response", async () => {
  const { jobId, promptIds } = await ask({ type: "preview", title: "The draft", body: "Two\nlines", data: { draft: "Tides" } });
  const { exitCode, screen } = await answerAtTerminal([jobId], async (when) => {
    await when("action", () => down + enter);
    await when("feedback", () => `shorter${enter}`);
  });
  expect([exitCode, screen]).toEqual([0, expect.stringContaining(`Accepted. Job ${jobId} is running.`)]);
  const response = { action: "revise", feedback: "shorter" };
  expect(await read(promptIds[0])).toMatchObject({ status: "answered", response, responded_via: "cli" });
});

atTerminal("hitl answer of a job with several prompts lets the person choose", async () => {
  const { jobId, promptIds } = await ask({ type: "question", title: "First?" }, { type: "question", title: "Second?" });
  await answerAtTerminal([jobId], async (when) => {
    await when("several questions", () => down + enter);
    await when("Your answer", () => `yes${enter}`);
  });
  expect(await read(promptIds[1])).toMatchObject({ title: "Second?", response: { answer: "yes" } });
  expect((await read(promptIds[0])).status).toBe("open");
});

atTerminal("hitl answer shows the prompt anew when it was revised while the person was reading", async () => {
  const { jobId, promptIds } = await ask({ type: "question", title: "Old?" });
  await answerAtTerminal([jobId, "--prompt", promptIds[0] as string], async (when) => {
    await when("Your answer", async () => {
      await server.request("PATCH", `/api/v2/hitl/prompts/${promptIds[0]}`, { body: { title: "New?" } });
      return `to the old${enter}`;
    });
    await when(/New\?.*Your answer/s, () => `to the new${enter}`);
  });
  expect((await read(promptIds[0])).response).toEqual({ answer: "to the new" });
});

atTerminal("hitl answer asks again for what the server does not take", async () => {
  const response_schema = { type: "object", properties: { code: { type: "string", pattern: "^[a-z]+$" } }, required: ["code"] };
  const { jobId, promptIds } = await ask({ type: "question", response_schema });
  await answerAtTerminal([jobId], async (when) => {
    await when("code", () => `123${enter}`);
    await when("must match pattern", () => `abc${enter}`);
  });
  expect((await read(promptIds[0])).response).toEqual({ code: "abc" });
});

atTerminal("Ctrl-C sends nothing, and the prompt stays open", async () => {
  const { jobId, promptIds } = await ask({ type: "question" });
  const { exitCode, screen } = await answerAtTerminal([jobId], (when) => when("Your answer", () => controlC));
  expect([exitCode, screen]).toEqual([1, expect.stringContaining("Nothing was sent.")]);
  expect((await read(promptIds[0])).status).toBe("open");
});

test("without a terminal hitl answer exits with 2 and says what to use instead", async () => {
  const { jobId } = await ask({ type: "question" });
  const { exitCode, stderr } = await runCommand(["hitl", "answer", jobId, "--url", server.url], { folder: dir.path });
  expect([exitCode, stderr]).toEqual([2, expect.stringContaining("use `hitl respond` in scripts")]);
});
