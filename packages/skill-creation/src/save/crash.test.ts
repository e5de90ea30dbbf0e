import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { parseSkill } from "../skill/skill-text.ts";
import { makeTemporaryFolder } from "../testing/temporary-folder.ts";
import { saveSkill } from "./save-skill.ts";

/** The compiled program: a child process runs no TypeScript. */
const program = fileURLToPath(new URL("../../dist/testing/skill-saver.js", import.meta.url));

/** Lets a process save skills, and kills it (`kill -9`) after so many, at some moment of the next; returns their paths. */
async function saveUntilKilled(root: string, count: number): Promise<string[]> {
  const child = spawn(process.execPath, [program, root]);
  let printed = "";
  for await (const chunk of child.stdout) {
    printed += String(chunk);
    if (printed.split("\n").length > count) break;
  }
  child.kill("SIGKILL");
  if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
  return printed.split("\n").slice(0, -1);
}

test("processes that are killed while they save leave whole skills, and what was acknowledged is there", async () => {
  await using root = await makeTemporaryFolder();
  for (let round = 0; round < 4; round += 1) {
    const acknowledged = (await Promise.all([saveUntilKilled(root.path, 3 + round), saveUntilKilled(root.path, 5)])).flat();
    expect(acknowledged.length).toBeGreaterThan(0);
    for (const path of acknowledged) await readFile(path);
    const names = (await readdir(root.path)).filter((name) => !name.startsWith("."));
    for (const name of names) {
      const skill = parseSkill(await readFile(join(root.path, name, "SKILL.md"), "utf8"));
      const [line = ""] = skill.body.split("\n", 1);
      expect(skill).toMatchObject({ name, body: `${line}\n`.repeat(20_000) });
    }
    // Another attempt of a job that was killed finds the place of the one before.
    expect((await saveSkill(root.path, { name: "tides", description: "x", body: "y" }, "1")).path).toBe(
      join(root.path, "tides", "SKILL.md"),
    );
  }
});
