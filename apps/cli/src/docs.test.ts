import { execFile } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { createDataDir } from "@skill-fleet/core/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buildProgram } from "./program.ts";
import { CommandProcess, patienceMs } from "./testing/command-process.ts";
import { ServerProcess } from "./testing/server-process.ts";

const run = promisify(execFile);
const root = fileURLToPath(new URL("../../../", import.meta.url));
const workers = "docs/workers.md";
const tutorial = "docs/human-in-the-loop.md";
const serverOfTheDocuments = "http://localhost:8000";
const documents = ["README.md", ...readdirSync(join(root, "docs")).map((file) => `docs/${file}`)];

function read(document: string): string {
  return readFileSync(join(root, document), "utf8");
}

function blocks(document: string, language: string): string[] {
  return [...read(document).matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, "gms"))].map(([, code = ""]) => code);
}

/** The programs of a document: one begins with its imports, and goes on in the blocks that have none. */
function programs(document: string): string[] {
  const found: string[] = [];
  for (const code of blocks(document, "ts")) {
    if (code.startsWith("import ")) found.push(code);
    else found.push(`${found.pop() ?? ""}\n${code}`);
  }
  return found;
}

/** Bash reads its settings where its input is a socket, as for a shell of another machine. */
const pastedInto = (script: string) => ["--norc", "-euc", script];

describe("the documents", () => {
  test.each(documents)("every link of %s leads somewhere", (document) => {
    const targets = [...read(document).matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)].map(([, target = ""]) => target);
    const broken = targets.filter((target) => !existsSync(join(root, document, "..", target)));
    expect(broken).toEqual([]);
  });

  test("the page of the command lists exactly its commands", () => {
    const documented = [...read("docs/cli.md").matchAll(/^\| `skill-fleet ([a-z]+(?: [a-z]+)?)[^`]*` +\|/gm)].map(([, name]) => name);
    const commands = buildProgram().commands.flatMap((command) =>
      command.commands.length === 0 ? [command.name()] : command.commands.map((sub) => `${command.name()} ${sub.name()}`),
    );
    expect(documented).toEqual(commands);
  });

  test("the README's screenful works when it is pasted", async () => {
    await using dir = await createDataDir();
    await using server = await ServerProcess.start({ folder: dir.path, environment: { SKILL_FLEET_WORKER: "on" } });
    const [script = ""] = blocks("README.md", "bash");
    const pasted = pastedInto(script.replace(serverOfTheDocuments, server.url));
    const { stdout, stderr } = await run("bash", pasted, { cwd: dir.path, timeout: patienceMs });
    expect(stderr).toBe("");
    const [replies = "", skill] = stdout.split("\n---\n");
    const accepted = { status: "accepted", job_status: "running" };
    expect(replies.split("\n").map((line) => JSON.parse(line))).toMatchObject([
      { type: "clarify", title: "3 questions before the skill is planned" },
      accepted,
      { type: "confirm", title: "Write the skill “tides” as planned?" },
      accepted,
      { type: "preview", title: "Save the skill “tides”?" },
      accepted,
      {
        status: "completed",
        task_description: "Write a skill about tides",
        result: { path: expect.stringMatching("/skills/tides/SKILL.md$") },
      },
    ]);
    expect(skill).toMatch(/^name: tides\n/);
  });

  test("the shell session about the person in the loop works when it is pasted", async () => {
    await using dir = await createDataDir();
    await using server = await ServerProcess.start({ folder: dir.path });
    const script = blocks(tutorial, "bash").join("\n").replace(serverOfTheDocuments, server.url);
    const { stdout, stderr } = await run("bash", pastedInto(script));
    expect(stderr).toBe("");
    const replies = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(replies).toMatchObject([
      { prompts: [{ title: "Publish the report?" }] },
      { title: "Publish the report?", status: "open" },
      { status: "accepted" },
      { status: 422, code: "INVALID_INPUT", errors: [{ path: ["pages"], message: "must be <= 40" }] },
      { status: "accepted" },
    ]);
  });

  test("the worker that needs nothing but curl takes a job through its life", async () => {
    await using dir = await createDataDir();
    await using server = await ServerProcess.start({ folder: dir.path, environment: { SKILL_FLEET_PERSISTENCE: "memory" } });
    const [script = ""] = blocks(workers, "bash");
    const { stdout, stderr } = await run("bash", pastedInto(script.replace(serverOfTheDocuments, server.url)));
    expect(stderr).toBe("");
    const lines = stdout.trim().split("\n");
    expect(lines.filter((line) => !line.startsWith("{"))).toEqual([
      "run 1: drafting",
      "run 1: parked",
      "run 2: the draft is there already",
    ]);
    const [created, receipt, completed, late] = lines.filter((line) => line.startsWith("{")).map((line) => JSON.parse(line));
    expect(created).toMatchObject({ type: "shell_report", status: "pending" });
    expect(receipt).toMatchObject({ status: "accepted", job_status: "running" });
    expect(completed).toMatchObject({ job_id: created.job_id, status: "completed", run: 2, result: { path: "reports/tides.md" } });
    expect(late).toMatchObject({ status: 409, code: "LEASE_LOST", job_status: "completed" });
    const { events } = (await server.request("GET", `/api/v2/jobs/${created.job_id}/events`)).body;
    expect(events.map(({ kind }: { kind: string }) => kind)).toEqual([
      "created",
      "started",
      "prompt_opened",
      "prompt_answered",
      "resumed",
      "completed",
    ]);
  });
});

describe("the TypeScript of the documents", () => {
  const nameOf = (document: string, index: number) => `${basename(document, ".md")}-${index}`;
  let folder: string;
  let complaints: string;

  beforeAll(async () => {
    // Inside the worker, so that it, the client and zod are found as a user of them would find them.
    folder = await mkdtemp(join(root, "packages/worker/docs-"));
    for (const document of documents) {
      for (const [index, code] of programs(document).entries()) await writeFile(join(folder, `${nameOf(document, index)}.ts`), code);
    }
    const compilerOptions = {
      strict: true,
      skipLibCheck: true,
      target: "es2023",
      lib: ["es2023", "esnext.disposable"],
      module: "nodenext",
      types: ["node"],
    };
    await writeFile(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, include: ["*.ts"] }));
    complaints = (await run(join(root, "node_modules/.bin/tsc"), ["-p", folder]).catch((error) => error)).stdout;
  });
  afterAll(() => rm(folder, { recursive: true }));

  /** Where a compiled program is that talks to this server. */
  async function programFor(server: ServerProcess, document: string, index: number): Promise<string> {
    const file = join(folder, `${nameOf(document, index)}.js`);
    await writeFile(file, readFileSync(file, "utf8").replace(serverOfTheDocuments, server.url));
    return file;
  }

  /** The lines that a program prints when it runs against a server of its own. It ends by itself. */
  async function linesOf(document: string, index = 0): Promise<string[]> {
    await using dir = await createDataDir();
    // Beats come every second.
    const environment = { SKILL_FLEET_PERSISTENCE: "memory", SKILL_FLEET_LEASE_TIMEOUT_SECONDS: "6" };
    await using server = await ServerProcess.start({ folder: dir.path, environment });
    const { stdout, stderr } = await run(process.execPath, [await programFor(server, document, index)]);
    expect(stderr).toBe("");
    return stdout.trimEnd().split("\n");
  }

  test("compiles", () => {
    expect(complaints).toBe("");
    expect(documents.flatMap(programs).length).toBeGreaterThan(8);
  });

  test("about the person in the loop runs", async () => {
    const lines = await linesOf(tutorial);
    for (const line of ["somebody was faster: {", "Tides, seen from a boat, are...", "true true", "expired", "reports/tides.md"]) {
      expect(lines).toContain(line);
    }
  });

  test("of the first worker takes a job through its life", async () => {
    expect(await linesOf(workers, 0)).toEqual([
      "asked: All about tides.",
      "asked: All about tides. Seen from a boat.",
      "published: All about tides. Seen from a boat.",
      "done: reports/tides.md",
    ]);
  });

  test("about everything that a handler can do does it", async () => {
    const lines = await linesOf(workers, 1);
    const mails = lines.filter((line) => line.includes("mail to"));
    expect(mails).toEqual(["attempt 1: mail to ada", "attempt 1: mail to grace", "attempt 2: mail to joan"]);
    expect(lines.filter((line) => !mails.includes(line))).toEqual([
      "press_review: completed, attempt 1",
      "mailing: completed, attempt 2",
      "weather: completed, attempt 3",
      "weather: There is no such city., attempt 1",
      "3 nights in Porto, by train, no wishes",
      "the watch ends: JobCancelledError",
      "stopped",
    ]);
  });

  test("of the approval asks two people, and a third in place of the one who says nothing", async () => {
    const lines = await linesOf(workers, 2);
    expect(lines.slice(0, 3)).toEqual([
      "ada is asked: May we buy a boat?",
      "joan is asked about 90000 euros",
      "order-a boat [ 'At last.', 'For Grace.' ]",
    ]);
    // Whether Ada answers before Grace's time is over is a matter of the machine.
    expect(lines.slice(3).sort()).toEqual([
      "prompt_answered by anonymous",
      "prompt_answered by anonymous",
      "prompt_expired by deadline",
      "prompt_opened by anonymous",
      "prompt_opened by anonymous",
      "prompt_opened by anonymous",
    ]);
  });

  test("of a worker in the process of its fleet runs", async () => {
    expect(await linesOf(workers, 3)).toEqual(["completed 6"]);
  });

  test("of the README has a skill written, by the worker of the server", async () => {
    await using dir = await createDataDir();
    const environment = { SKILL_FLEET_PERSISTENCE: "memory", SKILL_FLEET_WORKER: "on" };
    await using server = await ServerProcess.start({ folder: dir.path, environment });
    const { stdout } = await run(process.execPath, [await programFor(server, "README.md", 0)]);
    const [first, ...others] = stdout.split("\n");
    expect(first).toBe("3 questions before the skill is planned");
    expect(others.join("\n")).toContain("skills/tides/SKILL.md");
  });

  test("of the README's own worker does a job, and ends when it is told to", async () => {
    await using dir = await createDataDir();
    await using server = await ServerProcess.start({ folder: dir.path, environment: { SKILL_FLEET_PERSISTENCE: "memory" } });
    await using worker = new CommandProcess([], { folder: dir.path, program: await programFor(server, "README.md", 1) });
    const { job_id } = (await server.request("POST", "/api/v2/jobs", { body: { type: "report", input: { topic: "tides" } } })).body;
    let job = (await server.request("GET", `/api/v2/jobs/${job_id}`)).body;
    const until = async (status: string) => {
      while (job.status !== status) job = (await server.request("GET", `/api/v2/jobs/${job_id}/wait?after_version=${job.version}`)).body;
    };
    await until("pending_hitl");
    await server.request("POST", `/api/v2/hitl/${job_id}/response`, { body: { audience: "sailors" } });
    await until("completed");
    expect(job).toMatchObject({ run: 2, result: { path: "reports/tides-for-sailors.md" } });
    expect(await worker.stop()).toEqual({ exitCode: 0, signal: null });
  });
});
