import { execFile } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { createDataDir } from "@skill-fleet/core/testing";
import { describe, expect, test } from "vitest";
import { buildProgram } from "./program.ts";
import { patienceMs } from "./testing/command-process.ts";
import { ServerProcess } from "./testing/server-process.ts";

const run = promisify(execFile);
const root = fileURLToPath(new URL("../../../", import.meta.url));
const tutorial = "docs/human-in-the-loop.md";
const documents = ["README.md", ...readdirSync(join(root, "docs")).map((file) => `docs/${file}`)];

function read(document: string): string {
  return readFileSync(join(root, document), "utf8");
}

function blocks(document: string, language: string): string[] {
  return [...read(document).matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, "gms"))].map(([, code = ""]) => code);
}

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
    const pasted = ["-euc", script.replace("http://localhost:8000", server.url)];
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
    const script = blocks(tutorial, "bash").join("\n").replace("http://localhost:8000", server.url);
    const { stdout, stderr } = await run("bash", ["-euc", script]);
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
    const [script = ""] = blocks("docs/workers.md", "bash");
    const { stdout, stderr } = await run("bash", ["-euc", script.replace("http://localhost:8000", server.url)]);
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

  test("the TypeScript of the documents compiles, and the program about the person in the loop runs", async () => {
    // Inside the client, so that it and zod are found as a user of it would find them.
    const folder = await mkdtemp(join(root, "packages/client/docs-"));
    await using dir = await createDataDir();
    await using server = await ServerProcess.start({ folder: dir.path });
    try {
      const others = documents.filter((document) => document !== tutorial).flatMap((document) => blocks(document, "ts"));
      const program = blocks(tutorial, "ts").join("\n");
      const codes = [program, ...others];
      const files = codes.map((_, index) => `block-${index}.ts`);
      await Promise.all(
        codes.map((code, index) => writeFile(join(folder, `block-${index}.ts`), code.replace("http://localhost:8000", server.url))),
      );
      const compilerOptions = {
        strict: true,
        skipLibCheck: true,
        target: "es2023",
        lib: ["es2023", "esnext.disposable"],
        module: "nodenext",
        types: ["node"],
      };
      await writeFile(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files }));
      const { stdout } = await run(join(root, "node_modules/.bin/tsc"), ["-p", folder]).catch((error) => error);
      expect(stdout).toBe("");
      expect(others.length).toBeGreaterThan(0);
      const { stdout: printed } = await run(process.execPath, [join(folder, "block-0.js")]);
      for (const line of ["somebody was faster: {", "Tides, seen from a boat, are...", "true true", "expired", "reports/tides.md"]) {
        expect(printed.split("\n")).toContain(line);
      }
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
