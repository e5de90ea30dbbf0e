import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import pg from "pg";
import { expect, test } from "vitest";
import { createDatabaseAt } from "./test-databases.ts";

/** Runs a script in a process of its own, after it imported the compiled kit. */
function runScript(script: string) {
  const kit = new URL("../../dist/testing/postgres-server.js", import.meta.url).href;
  const child = spawn(process.execPath, ["--input-type=module", "-e", `import { startPostgresServer } from "${kit}";\n${script}`]);
  return { child, ended: once(child, "close") as Promise<[number | null, NodeJS.Signals | null]> };
}

test("a process that loads the kit keeps its exit code, so that a failed test run stays one", async () => {
  const { ended } = runScript("process.exitCode = 3;");
  expect(await ended).toEqual([3, null]);
});

test("a server ends with the process that started it, although that was killed", async () => {
  const { child, ended } = runScript('console.log((await startPostgresServer()).url("postgres")); setInterval(() => {}, 1_000);');
  const [line] = (await once(child.stdout, "data")) as [Buffer];
  const url = String(line).trim();
  const database = await createDatabaseAt(url);
  const dataDir = await findDataDir(url);
  expect(existsSync(dataDir)).toBe(true);
  child.kill("SIGKILL");
  await ended;
  while (existsSync(dataDir)) await new Promise(setImmediate);
  await expect(database[Symbol.asyncDispose]()).rejects.toMatchObject({ code: "ECONNREFUSED" });
});

async function findDataDir(url: string): Promise<string> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query("show data_directory");
  await client.end();
  return rows[0].data_directory;
}
