import { execFile } from "node:child_process";
import { mkdtemp, open, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

/** The built file, also when this one runs from its source: a process runs no TypeScript. */
const program = fileURLToPath(new URL("../../dist/postgres/cluster-process.js", import.meta.url));

/** So short a life is over before faster code would be worth its making. */
const flags = ["--no-wasm-tier-up", "--no-wasm-dynamic-tiering"];

const prefix = "new-postgres-";

/**
 * Makes the cluster of an embedded database, in a process of its own: it takes 600 MB, which a process
 * that lives on would keep.
 *
 * The cluster has its name only when it is whole. A process that was killed leaves what it made behind, which goes here.
 */
export async function makeCluster(dataDir: string, name: string): Promise<void> {
  const left = (await readdir(dataDir)).filter((entry) => entry.startsWith(prefix));
  for (const entry of left) await rm(join(dataDir, entry), { recursive: true, force: true });
  const folder = await mkdtemp(join(dataDir, prefix));
  try {
    await promisify(execFile)(process.execPath, [...flags, program, folder]);
    await rename(folder, join(dataDir, name));
    await syncFolder(dataDir);
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    const { stderr } = error as { stderr?: string };
    throw stderr ? new Error(stderr.trim(), { cause: error }) : error;
  }
}

/** A new name is the folder's to keep: a power cut would take it away, and with it what was acknowledged by then. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path);
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
