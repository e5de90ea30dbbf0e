import { execFile } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { createDataDir } from "@skill-fleet/core/testing";
import { describe, expect, test } from "vitest";
import { buildProgram } from "./program.ts";
import { ServerProcess } from "./testing/server-process.ts";

const run = promisify(execFile);
const root = fileURLToPath(new URL("../../../", import.meta.url));
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
    await using server = await ServerProcess.start({ folder: dir.path });
    const [script = ""] = blocks("README.md", "bash");
    const { stdout, stderr } = await run("bash", ["-euc", script.replace("http://localhost:8000", server.url)]);
    expect(stderr).toBe("");
    const [created, inbox, receipt, history] = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(created).toMatchObject({ status: "pending", task_description: "Write a skill about tides" });
    expect(inbox.prompts).toMatchObject([{ job_id: created.job_id, title: "For sailors or for surfers?" }]);
    expect(receipt).toMatchObject({ status: "accepted", job_status: "running" });
    expect(history.events.map(({ kind }: { kind: string }) => kind)).toEqual([
      "created",
      "started",
      "prompt_opened",
      "prompt_answered",
      "completed",
    ]);
  });

  test("the TypeScript of the documents compiles", async () => {
    // Inside this package, so that the client is found as a user of it would find it.
    const folder = await mkdtemp(fileURLToPath(new URL("../docs-", import.meta.url)));
    try {
      const codes = documents.flatMap((document) => blocks(document, "ts"));
      const files = codes.map((_, index) => `block-${index}.ts`);
      await Promise.all(codes.map((code, index) => writeFile(join(folder, `block-${index}.ts`), code)));
      const compilerOptions = {
        strict: true,
        noEmit: true,
        target: "es2023",
        lib: ["es2023", "esnext.disposable"],
        module: "nodenext",
        types: ["node"],
      };
      await writeFile(
        join(folder, "tsconfig.json"),
        JSON.stringify({ compilerOptions: { ...compilerOptions, skipLibCheck: true }, files }),
      );
      const { stdout } = await run(join(root, "node_modules/.bin/tsc"), ["-p", folder]).catch((error) => error);
      expect(stdout).toBe("");
      expect(codes.length).toBeGreaterThan(0);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
